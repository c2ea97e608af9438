package io.portcullis.admin.http;

import io.portcullis.admin.wire.AdminPage;
import io.portcullis.core.entity.UpstreamHealth;
import io.portcullis.core.plugin.NodeInformation;
import io.portcullis.core.schema.EntityEditor;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.PluginCatalog;
import io.portcullis.core.schema.SecureRandomValues;
import io.portcullis.store.Database;
import io.portcullis.store.EntityStore;
import io.portcullis.store.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A whole Admin API on a free port, with a database in memory. */
final class AdminFixture implements AutoCloseable {
  static final UUID NODE = UUID.fromString("6f0c0d5e-0000-4000-8000-000000000001");

  private final HttpClient client = HttpClient.newHttpClient();
  private final @Nullable Database database;
  private final AdminServer server;
  final SettableLogLevels logLevels = new SettableLogLevels();

  private AdminFixture(
      @Nullable Database database,
      PluginCatalog plugins,
      EntitySpecs specs,
      EntityAccess entities,
      AdminProtection protection,
      int port,
      UnaryOperator<AdminParts> change) {
    this.database = database;
    AdminParts parts =
        parts(
            specs,
            new EntityEditor(specs, InstantSource.system(), new SecureRandomValues()),
            entities,
            logLevels);
    server =
        new AdminServer(
            List.of(Listener.plain("127.0.0.1", port)),
            protection,
            "kong/3.9.1",
            new AdminApi(change.apply(parts)));
  }

  /** What a whole Admin API is made of, without a proxy beside it. */
  static AdminParts parts(
      EntitySpecs specs, EntityEditor editor, EntityAccess entities, LogLevels logLevels) {
    return new AdminParts(
        new NodeDescription(
            new NodeInformation(NODE, "test-host", 42, new UUID(0, 0), "kong/3.9.1"),
            "0.1.0",
            "both",
            JsonNodeFactory.instance
                .objectNode()
                .put("proxy_listen", "0.0.0.0:8000")
                .put("admin_listen", "127.0.0.1:8001")),
        specs,
        editor,
        entities,
        LiveConfiguration.elsewhere(),
        Duration.ofSeconds(5),
        new QuietNode(),
        logLevels,
        UpstreamHealth.NONE,
        new PlainFormat(),
        null,
        Map.of("/metrics", metrics()));
  }

  static AdminFixture start() {
    return start(SamplePlugins.catalog(), AccessRules.standard(), 0, UnaryOperator.identity());
  }

  static AdminFixture start(UnaryOperator<AdminParts> change) {
    return start(SamplePlugins.catalog(), AccessRules.standard(), 0, change);
  }

  static AdminFixture start(AdminProtection protection) {
    return start(SamplePlugins.catalog(), protection, 0, UnaryOperator.identity());
  }

  static AdminFixture start(
      PluginCatalog plugins, AccessRules access, int port, UnaryOperator<AdminParts> change) {
    return start(plugins, AdminProtection.of(access), port, change);
  }

  private static AdminFixture start(
      PluginCatalog plugins,
      AdminProtection protection,
      int port,
      UnaryOperator<AdminParts> change) {
    EntitySpecs specs = new EntitySpecs(plugins);
    Database database =
        Database.open(StoreSettings.of(new StoreSettings.H2Memory("admin-" + UUID.randomUUID())));
    database.bootstrap();
    EntityStore store = new EntityStore(database, specs.all());
    return new AdminFixture(
        database, plugins, specs, new DatabaseAccess(store, "h2"), protection, port, change);
  }

  /** Without a database. */
  static AdminFixture over(EntitySpecs specs, EntityAccess entities) {
    return over(specs, entities, UnaryOperator.identity());
  }

  /** Without a database, with a configuration that can be replaced. */
  static AdminFixture over(
      EntitySpecs specs, EntityAccess entities, ReplaceableConfiguration configuration) {
    return over(
        specs,
        entities,
        parts ->
            new AdminParts(
                parts.description(),
                parts.specs(),
                parts.editor(),
                parts.entities(),
                parts.live(),
                parts.patience(),
                parts.status(),
                parts.logLevels(),
                parts.health(),
                parts.format(),
                configuration,
                parts.pages()));
  }

  private static AdminFixture over(
      EntitySpecs specs, EntityAccess entities, UnaryOperator<AdminParts> change) {
    return new AdminFixture(
        null,
        specs.plugins(),
        specs,
        entities,
        AdminProtection.of(AccessRules.standard()),
        0,
        change);
  }

  private static AdminPage metrics() {
    return request ->
        io.portcullis.admin.wire.AdminResponse.text(200, "text/plain; version=0.0.4", "up 1\n");
  }

  int port() {
    return server.addresses().getFirst().getPort();
  }

  Answer get(String path) {
    return send("GET", path, null, BodyPublishers.noBody());
  }

  Answer delete(String path) {
    return send("DELETE", path, null, BodyPublishers.noBody());
  }

  /** Sends JSON; single quotes stand for double ones. */
  Answer json(String method, String path, String body) {
    return send(method, path, "application/json", BodyPublishers.ofString(body.replace('\'', '"')));
  }

  Answer form(String method, String path, String body) {
    return send(method, path, "application/x-www-form-urlencoded", BodyPublishers.ofString(body));
  }

  Answer send(String method, String path, @Nullable String contentType, BodyPublisher body) {
    return send(method, path, contentType, body, Map.of());
  }

  /** Sends JSON, with single quotes for double ones, or nothing when it is empty, and headers. */
  Answer json(String method, String path, String body, Map<String, String> headers) {
    return body.isEmpty()
        ? send(method, path, null, BodyPublishers.noBody(), headers)
        : send(
            method,
            path,
            "application/json",
            BodyPublishers.ofString(body.replace('\'', '"')),
            headers);
  }

  private Answer send(
      String method,
      String path,
      @Nullable String contentType,
      BodyPublisher body,
      Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
            .timeout(Duration.ofSeconds(20))
            .method(method, body);
    if (contentType != null) {
      request.header("Content-Type", contentType);
    }
    headers.forEach(request::header);
    try {
      return new Answer(client.send(request.build(), BodyHandlers.ofString()));
    } catch (IOException failed) {
      throw new UncheckedIOException(method + " " + path, failed);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  @Override
  public void close() {
    server.stop(Duration.ofMillis(200));
    client.close();
    if (database != null) {
      database.close();
    }
  }

  /** What came back. */
  record Answer(HttpResponse<String> response) {
    int status() {
      return response.statusCode();
    }

    String text() {
      return response.body();
    }

    JsonNode json() {
      return JsonMapper.shared().readTree(response.body());
    }

    ObjectNode object() {
      return (ObjectNode) json();
    }

    String id() {
      return json().get("id").stringValue();
    }

    String message() {
      return json().get("message").stringValue();
    }

    Optional<String> header(String name) {
      return response.headers().firstValue(name);
    }
  }

  /** Tells the version for the text; refuses texts without a colon. */
  static final class PlainFormat implements DeclarativeFormat {
    @Override
    public void write(EntityReader reader, boolean nulls, Appendable out) {
      try {
        out.append("version: " + reader.version() + (nulls ? "\nnulls: kept\n" : "\n"));
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
    }

    @Override
    public Imported into(EntityWriter writer, String text) {
      return text.contains(":")
          ? new Imported.Done(text.length())
          : new Imported.Failed(problems("no colon"));
    }

    static Problems problems(String message) {
      ObjectNode fields = JsonNodeFactory.instance.objectNode().put("error", message);
      return new Problems(
          fields,
          () ->
              new Flattened(
                  JsonNodeFactory.instance.arrayNode().add(message),
                  JsonNodeFactory.instance.objectNode()));
    }
  }

  static final class QuietNode implements NodeStatus {
    @Override
    public Traffic traffic() {
      return new Traffic(1, 0, 1, 0, 0, 5, 5, 7);
    }

    @Override
    public Optional<Serving> serving() {
      return Optional.of(
          new Serving(
              3, "database", List.of(new Quarantined("routes", new UUID(0, 1), "bad regex"))));
    }

    @Override
    public Optional<String> notReady() {
      return Optional.empty();
    }
  }

  static final class SettableLogLevels implements LogLevels {
    private volatile String level = "notice";

    @Override
    public String current() {
      return level;
    }

    @Override
    public void change(String newLevel, Duration revertAfter) {
      level = newLevel;
    }
  }

  /** Serves until killed, to replay recorded scenarios against by hand. */
  static void main(String[] arguments) throws InterruptedException {
    int port = Integer.parseInt(arguments[0]);
    start(
        SamplePlugins.catalog(),
        new AccessRules(null, Set.of("*")),
        port,
        UnaryOperator.identity());
    Thread.currentThread().join();
  }
}
