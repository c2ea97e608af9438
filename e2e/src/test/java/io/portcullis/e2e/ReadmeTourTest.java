package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReadmeTourTest {
  @TempDir private Path folder;

  @Test
  void the_tour_of_the_readme_works_as_it_stands() throws Exception {
    for (int port : new int[] {8000, 8001, 8007, 8443, 9000}) {
      assumeTrue(isFree(port), "port " + port + ", which the README names, is taken");
    }
    List<String> blocks = Repository.shellBlocks(Repository.root().resolve("README.md"));
    assertThat(blocks).hasSize(1);

    Repository.Outcome outcome =
        Repository.shell(
            blocks.getFirst(),
            folder.resolve("output"),
            Map.of("PORTCULLIS_PREFIX", folder.resolve("prefix").toString()));

    assertThat(outcome.code()).as(outcome.output()).isZero();
    assertThat(outcome.output())
        .contains("is ready")
        .contains("\"path\" : \"/base/hello\"")
        .contains("\"name\":\"rate-limiting\"")
        .contains("200\n200\n429\n")
        .contains("kong_")
        .endsWith("portcullis: stopped\n");
    // Each line that asks the Admin API is answered with an entity or an explanation.
    assertThat(outcome.output()).doesNotContain("\"message\"");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
