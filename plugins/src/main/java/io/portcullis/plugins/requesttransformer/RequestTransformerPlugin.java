package io.portcullis.plugins.requesttransformer;

import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.record;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.Types.STRING;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.plugins.transform.ArgumentEdits;
import io.portcullis.plugins.transform.HeaderEdits;
import io.portcullis.plugins.transform.NamedText;
import io.portcullis.plugins.transform.PathTemplate;
import io.portcullis.plugins.transform.Text;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Changes requests before the upstream gets them. */
public final class RequestTransformerPlugin implements Plugin<RequestTransformerConfig> {
  /** What a body that may be changed can have; others stream, whatever their length. */
  private static final int LONGEST_BODY = 16 * 1024 * 1024;

  private static final FieldSpec HEADER_NAME =
      STRING.rule(value -> refusalOfHeader(value.stringValue()));
  private static final FieldSpec HEADER_RENAMING =
      STRING.match("^[^:]+:.*$").rule(RequestTransformerPlugin::refusalOfRenaming);
  private static final FieldSpec HEADER =
      STRING
          .match("^[^:]+:.*$")
          .rule(value -> refusalOfHeader(NamedText.nameOf(value.stringValue())));
  private static final FieldSpec PAIR =
      STRING.rule(
          value ->
              value.stringValue().indexOf(':') > 0
                  ? null
                  : "key '" + value.stringValue() + "' has no value");

  private static final PluginSpec<RequestTransformerConfig> SPEC =
      PluginSpec.of("request-transformer", RequestTransformerConfig.class)
          .priority(801)
          .anyProtocol()
          .field(string("http_method").match("^%u+$").doc("Method that the upstream sees."))
          .field(
              record(
                      "remove",
                      list("body", STRING).doc("Names of members, fields or parts."),
                      list("headers", HEADER_NAME).doc("Names of headers."),
                      list("querystring", STRING).doc("Names of query arguments."))
                  .required()
                  .doc("What is taken out."))
          .field(lists("rename", HEADER_RENAMING, "`old:new`", "What gets another name."))
          .field(
              record(
                      "replace",
                      list("body", PAIR).doc("`name:value` for the body."),
                      list("headers", HEADER).doc("`name:value` for headers; also for `Host`."),
                      list("querystring", PAIR).doc("`name:value` for the query."),
                      string("uri").doc("Path that the upstream sees."))
                  .required()
                  .doc("What gets another value, if it is there."))
          .field(lists("add", HEADER, "`name:value`", "What is added, unless it is there."))
          .field(lists("append", HEADER, "`name:value`", "What is added beside what is there."))
          .buffersRequestBody(LONGEST_BODY);

  @Override
  public PluginSpec<RequestTransformerConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(RequestTransformerConfig config, PluginContext context) {
    List<NamedText> replaced = NamedText.templates(config.replace().headers());
    HeaderEdits headers =
        new HeaderEdits(
            config.remove().headers(),
            config.rename().headers(),
            without(replaced),
            without(NamedText.templates(config.add().headers())),
            without(NamedText.templates(config.append().headers())));
    BodyEdits body =
        new BodyEdits(
            config.remove().body(),
            NamedText.templates(config.rename().body()),
            NamedText.templates(config.replace().body()),
            NamedText.templates(config.add().body()),
            NamedText.templates(config.append().body()));
    ArgumentEdits query =
        new ArgumentEdits(
            config.remove().querystring(),
            NamedText.templates(config.rename().querystring()),
            NamedText.templates(config.replace().querystring()),
            NamedText.templates(config.add().querystring()),
            NamedText.templates(config.append().querystring()));
    String uri = config.replace().uri();
    return new RequestTransformerHandler(
        uri == null ? null : PathTemplate.of(uri),
        config.httpMethod(),
        host(replaced),
        headers,
        body,
        query,
        usesTemplates(config));
  }

  private static boolean usesTemplates(RequestTransformerConfig config) {
    String uri = config.replace().uri();
    return uri != null && uri.contains("$(")
        || Stream.of(
                config.rename().body(),
                config.rename().querystring(),
                config.replace().body(),
                config.replace().headers(),
                config.replace().querystring(),
                config.add().body(),
                config.add().headers(),
                config.add().querystring(),
                config.append().body(),
                config.append().headers(),
                config.append().querystring())
            .flatMap(List::stream)
            .anyMatch(entry -> entry.contains("$("));
  }

  private static @Nullable Text host(List<NamedText> replaced) {
    Text last = null;
    for (NamedText entry : replaced) {
      last = isHost(entry) ? entry.value() : last;
    }
    return last;
  }

  private static List<NamedText> without(List<NamedText> entries) {
    return entries.stream().filter(Predicate.not(RequestTransformerPlugin::isHost)).toList();
  }

  private static boolean isHost(NamedText entry) {
    return entry.name().equalsIgnoreCase("host");
  }

  private static @Nullable String refusalOfRenaming(JsonNode value) {
    String text = value.stringValue();
    String from = NamedText.nameOf(text);
    String refusal = refusalOfHeader(from);
    return refusal == null ? refusalOfHeader(text.substring(from.length() + 1)) : refusal;
  }

  private static @Nullable String refusalOfHeader(String name) {
    return name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")
        ? null
        : "'" + name + "' is not a valid header";
  }

  private static FieldSpec lists(String name, FieldSpec header, String form, String doc) {
    return record(
            name,
            list("body", PAIR).doc(form + " for the body."),
            list("headers", header).doc(form + " for headers."),
            list("querystring", PAIR).doc(form + " for the query."))
        .required()
        .doc(doc);
  }

  private static FieldSpec list(String name, FieldSpec element) {
    return array(name, element).required().defaultsToList();
  }
}
