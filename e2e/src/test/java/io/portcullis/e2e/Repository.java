package io.portcullis.e2e;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The checkout that these tests run in. */
final class Repository {
  private static final long LIMIT_MINUTES = 5;

  private Repository() {}

  /** What a command said on both streams, and its exit code. */
  record Outcome(int code, String output) {}

  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("portcullis"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  /** The lines between {@code ```sh} and {@code ```} in a page, one text for each block. */
  static List<String> shellBlocks(Path page) throws IOException {
    List<String> blocks = new ArrayList<>();
    StringBuilder block = null;
    for (String line : Files.readAllLines(page)) {
      if (line.equals("```sh")) {
        block = new StringBuilder();
      } else if (line.equals("```") && block != null) {
        blocks.add(block.toString());
        block = null;
      } else if (block != null) {
        block.append(line).append('\n');
      }
    }
    return blocks;
  }

  /** Runs {@code script} as a user would paste it into a shell at the root of the checkout. */
  static Outcome shell(String script, Path output, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", script);
    builder.directory(root().toFile()).redirectInput(new File("/dev/null"));
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("PORTCULLIS_") || name.startsWith("KONG_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new IllegalStateException("does not end:\n" + Files.readString(output));
    }
    return new Outcome(process.exitValue(), Files.readString(output));
  }
}
