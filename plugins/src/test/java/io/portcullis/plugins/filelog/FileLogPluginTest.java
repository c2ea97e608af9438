package io.portcullis.plugins.filelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.FakeLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FileLogPluginTest {
  private final FakeGateway gateway = new FakeGateway();
  private final FakeLog log =
      FakeLog.answered(FakeGateway.route("r"), FakeGateway.service("svc"), 200);

  @TempDir private Path folder;

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void appends_one_object_per_line() throws IOException {
    Path file = folder.resolve("a b.log");
    Files.writeString(file, "what was there\n");
    PluginHandler handler = start(file, "");

    handler.log(log);
    handler.log(FakeLog.answered(null, null, 404));

    awaitLines(file, 3);
    List<String> lines = Files.readAllLines(file);
    assertThat(lines.getFirst()).isEqualTo("what was there");
    assertThat(json(lines.get(1)).at("/route/name").stringValue()).isEqualTo("r");
    assertThat(json(lines.get(2)).at("/response/status").intValue()).isEqualTo(404);
    assertThat(Files.readString(file)).endsWith("}\n");
  }

  @Test
  void a_new_file_may_be_read_by_others() throws IOException {
    Path file = folder.resolve("new.log");

    start(file, "").log(log);

    awaitLines(file, 1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .startsWith("rw-r--")
        .doesNotContain("x");
  }

  @Test
  void custom_fields_are_in_the_entry() throws IOException {
    Path file = folder.resolve("fields.log");

    start(file, ",'custom_fields_by_lua':{'kind':'return \\'x\\'','route':'return nil'}").log(log);

    awaitLines(file, 1);
    JsonNode entry = json(Files.readAllLines(file).getFirst());
    assertThat(entry.get("kind").stringValue()).isEqualTo("x");
    assertThat(entry.has("route")).isFalse();
  }

  @Test
  void goes_on_in_a_new_file_when_the_old_one_was_moved_away() throws IOException {
    Path file = folder.resolve("rotated.log");
    Path old = folder.resolve("rotated.log.1");
    PluginHandler handler = start(file, "");
    handler.log(log);
    awaitLines(file, 1);

    Files.move(file, old);
    handler.log(FakeLog.answered(null, null, 201));

    awaitLines(file, 1);
    assertThat(Files.readAllLines(old)).hasSize(1);
    assertThat(json(Files.readAllLines(file).getFirst()).at("/response/status").intValue())
        .isEqualTo(201);
  }

  @Test
  void entries_wait_until_the_file_can_be_written() throws IOException {
    Path file = folder.resolve("later/file.log");
    PluginHandler handler = start(file, "");
    handler.log(log);
    handler.log(FakeLog.answered(null, null, 201));

    Files.createDirectory(folder.resolve("later"));

    awaitLines(file, 2);
  }

  @Test
  void configurations_of_one_file_do_not_mix_their_lines() throws Exception {
    Path file = folder.resolve("shared.log");
    List<PluginHandler> handlers =
        List.of(start(file, ""), start(file, ",'reopen':true"), start(file, ""));
    List<Thread> writers = new ArrayList<>();
    for (PluginHandler handler : handlers) {
      writers.add(
          Thread.startVirtualThread(
              () -> {
                for (int i = 0; i < 200; i++) {
                  handler.log(log);
                }
              }));
    }
    for (Thread writer : writers) {
      writer.join();
    }
    handlers.forEach(PluginHandler::close);

    awaitLines(file, 600);
    for (String line : Files.readAllLines(file)) {
      assertThat(json(line).at("/response/status").intValue()).isEqualTo(200);
    }
  }

  private PluginHandler start(Path file, String more) {
    return gateway.start(new FileLogPlugin(), "{'path':'" + file + "'" + more + "}");
  }

  private static void awaitLines(Path file, int count) {
    await()
        .untilAsserted(
            () -> {
              assertThat(file).exists();
              assertThat(Files.readAllLines(file)).hasSize(count);
            });
  }

  private static JsonNode json(String line) {
    return JsonMapper.shared().readTree(line);
  }
}
