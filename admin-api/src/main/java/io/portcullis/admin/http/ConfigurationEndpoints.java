package io.portcullis.admin.http;

import io.portcullis.admin.http.ReplaceableConfiguration.Given;
import io.portcullis.admin.http.ReplaceableConfiguration.Replacement;
import io.portcullis.admin.wire.AdminRequest;
import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.admin.wire.Arguments;
import io.portcullis.admin.wire.KongJson;
import io.portcullis.admin.wire.Refusal;
import io.portcullis.admin.wire.RequestBody;
import io.portcullis.core.entity.StoredEntity;
import io.portcullis.core.schema.ApiError;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The configuration as one document: Kong's {@code /config} for nodes without a database, and for
 * all nodes {@code /portcullis/config}, through which the commands of the same name go.
 */
final class ConfigurationEndpoints {
  private static final String CHECK_HASH = "check_hash";
  private static final String FLATTEN_ERRORS = "flatten_errors";
  private static final Set<String> TRUE = Set.of("1", "true", "on", "yes");
  private static final String YAML_TYPE = "application/yaml";
  private static final String NOT_HERE =
      "this endpoint is only available when Kong is configured to not use a database";

  private final DeclarativeFormat format;
  private final @Nullable ReplaceableConfiguration replaceable;
  private final Transactions transactions;
  private final KongJson json = new KongJson();

  /**
   * @param replaceable null for nodes with a database
   */
  ConfigurationEndpoints(
      DeclarativeFormat format,
      @Nullable ReplaceableConfiguration replaceable,
      Transactions transactions) {
    this.format = format;
    this.replaceable = replaceable;
    this.transactions = transactions;
  }

  List<Endpoint> all() {
    ReplaceableConfiguration served = replaceable;
    if (served == null) {
      return List.of(
          new Endpoint(
              "/config",
              Map.of(
                  "GET", request -> AdminResponse.message(400, NOT_HERE),
                  "POST", request -> AdminResponse.message(400, NOT_HERE))),
          new Endpoint(
              "/portcullis/config", Map.of("GET", this::exported, "POST", this::imported)));
    }
    return List.of(
        new Endpoint(
            "/config", Map.of("GET", this::shown, "POST", request -> replaced(served, request))),
        Endpoint.get("/portcullis/config", this::exported));
  }

  private AdminResponse shown(AdminRequest request) {
    return transactions.read(
        reader ->
            AdminResponse.json(
                200,
                JsonNodeFactory.instance
                    .objectNode()
                    .put("config", format.text(reader, /* nulls= */ true))));
  }

  private AdminResponse exported(AdminRequest request) {
    return transactions.read(
        reader -> AdminResponse.text(200, YAML_TYPE, format.text(reader, /* nulls= */ false)));
  }

  private AdminResponse imported(AdminRequest request) {
    boolean flatten = isTrue(request.query().first(FLATTEN_ERRORS));
    String text =
        switch (given(request)) {
          case Given.Text(String own) -> own;
          case Given.Tree(ObjectNode tree) -> json.text(tree);
        };
    return transactions.write(
        writer ->
            switch (format.into(writer, text)) {
              case DeclarativeFormat.Imported.Done(int written) ->
                  AdminResponse.json(
                      200, JsonNodeFactory.instance.objectNode().put("written", written));
              case DeclarativeFormat.Imported.Failed(DeclarativeFormat.Problems problems) ->
                  throw refusal(problems, flatten);
            });
  }

  private AdminResponse replaced(ReplaceableConfiguration served, AdminRequest request) {
    Options options = options(request);
    return switch (served.replace(given(request), options.checkHash())) {
      case Replacement.Done(long version, List<StoredEntity> entities) ->
          transactions.live(version, AdminResponse.json(201, byKind(entities)));
      case Replacement.Same() -> new AdminResponse(304, Map.of(), new AdminResponse.NoBody());
      case Replacement.Busy() ->
          AdminResponse.message(429, "Currently loading previous configuration")
              .with("Retry-After", "1");
      case Replacement.Refused(DeclarativeFormat.Problems problems) ->
          throw refusal(problems, options.flattenErrors());
    };
  }

  private static Refusal refusal(DeclarativeFormat.Problems problems, boolean flatten) {
    ApiError error = ApiError.invalidConfiguration(problems.fields());
    ObjectNode body = error.toJson();
    if (flatten) {
      DeclarativeFormat.Flattened flattened = problems.byEntity().get();
      body.set("fields", flattened.rest());
      body.set("flattened_errors", flattened.entities());
    }
    return new Refusal(error.status(), body);
  }

  private static ObjectNode byKind(List<StoredEntity> entities) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    for (StoredEntity entity : entities) {
      all.withObjectProperty(entity.entity()).set(entity.id().toString(), entity.body());
    }
    return all;
  }

  private record Options(boolean checkHash, boolean flattenErrors) {}

  /** From the query, else from the body, where they are no part of the configuration. */
  private static Options options(AdminRequest request) {
    return new Options(option(request, CHECK_HASH), option(request, FLATTEN_ERRORS));
  }

  private static boolean option(AdminRequest request, String name) {
    Optional<String> inQuery = request.query().first(name);
    Optional<String> inBody =
        switch (request.body()) {
          case RequestBody.Json(ObjectNode object) ->
              Optional.ofNullable(object.remove(name)).map(JsonNode::asString);
          case RequestBody.Form(Arguments arguments) -> arguments.first(name);
          case RequestBody.Yaml(byte[] ignored) -> Optional.empty();
          case RequestBody.Empty() -> Optional.empty();
        };
    return isTrue(inQuery.or(() -> inBody));
  }

  private static boolean isTrue(Optional<String> value) {
    return value.filter(TRUE::contains).isPresent();
  }

  /**
   * The configuration that a request carries.
   *
   * @throws Refusal 400 if there is none
   */
  private static Given given(AdminRequest request) {
    return switch (request.body()) {
      case RequestBody.Json(ObjectNode object) -> {
        JsonNode text = object.has("_format_version") ? null : object.get("config");
        yield text != null && text.isString()
            ? new Given.Text(text.stringValue())
            : new Given.Tree(object);
      }
      case RequestBody.Form(Arguments arguments) ->
          new Given.Text(arguments.first("config").orElseThrow(ConfigurationEndpoints::nothing));
      case RequestBody.Yaml(byte[] text) when text.length > 0 -> new Given.Text(decoded(text));
      case RequestBody.Yaml(byte[] none) -> throw nothing();
      case RequestBody.Empty() -> throw nothing();
    };
  }

  private static Refusal nothing() {
    return Refusal.message(400, "expected a declarative configuration");
  }

  private static String decoded(byte[] text) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
    } catch (CharacterCodingException broken) {
      throw Refusal.message(400, "the declarative configuration is not UTF-8");
    }
  }
}
