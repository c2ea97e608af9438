package io.portcullis.app.krakend;

import io.portcullis.app.settings.SettingsException;
import io.portcullis.krakend.file.Value;
import io.portcullis.plugins.jsonschema.CompiledSchema;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** A JSON Schema that files are held against. Immutable. */
final class LintSchema {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int OK = 200;
  private static final int MOST = 50;

  private final CompiledSchema schema;

  private LintSchema(CompiledSchema schema) {
    this.schema = schema;
  }

  /**
   * Reads a schema; other schemas that it refers to are not.
   *
   * @param where a file, or a URL with http or https, which is fetched
   * @throws SettingsException when there is none
   */
  static LintSchema read(String where) throws SettingsException {
    try {
      return new LintSchema(CompiledSchema.of(JsonMapper.shared().readTree(text(where))));
    } catch (JacksonException e) {
      throw new SettingsException(where + ": " + e.getOriginalMessage());
    } catch (IllegalArgumentException | IOException e) {
      throw new SettingsException(where + ": " + e.getMessage());
    }
  }

  private static String text(String where) throws IOException {
    if (!where.startsWith("http://") && !where.startsWith("https://")) {
      Path file = where.startsWith("file:") ? Path.of(URI.create(where)) : Path.of(where);
      if (!Files.isReadable(file)) {
        throw new IOException("cannot be read");
      }
      return Files.readString(file);
    }
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NORMAL);
    try (HttpClient open = client.build()) {
      HttpResponse<String> answer =
          open.send(
              HttpRequest.newBuilder(URI.create(where)).timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      if (answer.statusCode() != OK) {
        throw new IOException("returned status code " + answer.statusCode());
      }
      return answer.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("was not fetched", e);
    }
  }

  /** What of a file does not fit, one line each. */
  List<String> misfits(KrakendFile file) throws SettingsException {
    Value.Fields fields = file.fields();
    return schema.misfits(fields.json()).stream()
        .limit(MOST)
        .map(
            misfit ->
                file.place(fields.at(misfit.pointer()))
                    + ": at '"
                    + misfit.pointer()
                    + "': "
                    + misfit.message())
        .toList();
  }
}
