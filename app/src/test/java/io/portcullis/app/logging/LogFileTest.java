package io.portcullis.app.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
  @TempDir private Path prefix;

  @Test
  void lines_reach_the_file_in_order_and_closing_writes_the_rest() throws Exception {
    try (LogFile log = LogFile.open(prefix, "logs/access.log")) {
      for (int i = 0; i < 1000; i++) {
        log.write("line " + i);
      }
    }
    assertThat(Files.readAllLines(prefix.resolve("logs/access.log")))
        .hasSize(1000)
        .first()
        .isEqualTo("line 0");
  }

  @Test
  void a_moved_file_is_opened_anew_on_request() throws Exception {
    Path file = prefix.resolve("access.log");
    try (LogFile log = LogFile.open(prefix, "access.log")) {
      log.write("before");
      await().until(() -> Files.readString(file).contains("before"));
      Files.move(file, prefix.resolve("access.log.1"));
      log.reopen();
      await().until(() -> Files.exists(file));
      log.write("after");
      await().until(() -> Files.readString(file).contains("after"));
    }
  }
}
