package io.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LauncherTest {
  @TempDir private Path folder;

  @Test
  void works_through_a_symbolic_link_from_another_folder() throws Exception {
    Files.createSymbolicLink(folder.resolve("first"), Repository.root().resolve("portcullis"));
    Files.createSymbolicLink(folder.resolve("kong"), Path.of("first"));
    Repository.Outcome outcome = shell("cd / && " + folder.resolve("kong") + " version");
    assertThat(outcome.code()).as(outcome.output()).isZero();
    assertThat(outcome.output()).contains("Portcullis");
  }

  @Test
  void passes_the_exit_code_of_a_wrong_use_on() throws Exception {
    Repository.Outcome outcome = shell("./portcullis no-such-command");
    assertThat(outcome.code()).as(outcome.output()).isEqualTo(2);
  }

  @Test
  void prefers_a_new_enough_jdk_to_an_old_java_home() throws Exception {
    Files.createDirectories(folder.resolve("old/bin"));
    Files.writeString(folder.resolve("old/release"), "JAVA_VERSION=\"17.0.1\"\n");
    for (String program : new String[] {"java", "javac"}) {
      Path file = Files.writeString(folder.resolve("old/bin/" + program), "#!/bin/sh\nexit 9\n");
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
    Repository.Outcome outcome =
        Repository.shell(
            "./portcullis version",
            folder.resolve("output"),
            Map.of("JAVA_HOME", folder.resolve("old").toString()));
    assertThat(outcome.code()).as(outcome.output()).isZero();
  }

  @Test
  void says_in_one_line_that_there_is_no_jdk() throws Exception {
    assumeTrue(
        shell("unshare -rm mount -t tmpfs none /mnt").code() == 0,
        "hiding the JDKs needs user namespaces");
    // Empty folders are laid over those where JDKs are found, seen by this shell alone.
    String script =
        """
        while jdk=$(./portcullis --java-home 2>/dev/null); do
          mount -t tmpfs none "$(dirname "$jdk")" || exit 9
        done
        ./portcullis version
        """;
    Repository.Outcome outcome =
        Repository.shell(
            "unshare -rm bash -c '" + script + "'",
            folder.resolve("output"),
            Map.of("JAVA_HOME", ""));
    assertThat(outcome.code()).as(outcome.output()).isEqualTo(1);
    assertThat(outcome.output()).startsWith("portcullis: needs ").contains("25").hasLineCount(1);
  }

  private Repository.Outcome shell(String script) throws Exception {
    return Repository.shell(script, folder.resolve("output"), Map.of());
  }
}
