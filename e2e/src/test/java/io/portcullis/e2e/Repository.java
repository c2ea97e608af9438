package io.portcullis.e2e;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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
    return steps(page).stream().map(Step::script).toList();
  }

  /** Commands of a page, and the lines of the {@code ```text} block that follows them, if any. */
  record Step(String script, List<String> shown) {}

  /** The commands of a page, in order. */
  static List<Step> steps(Path page) throws IOException {
    List<Step> steps = new ArrayList<>();
    String language = null;
    List<String> block = new ArrayList<>();
    for (String line : Files.readAllLines(page)) {
      if (language == null) {
        language = line.startsWith("```") ? line.substring(3) : null;
        block = new ArrayList<>();
      } else if (!line.equals("```")) {
        block.add(line);
      } else {
        if (language.equals("sh")) {
          steps.add(new Step(String.join("\n", block) + "\n", new ArrayList<>()));
        } else if (language.equals("text") && !steps.isEmpty()) {
          steps.getLast().shown().addAll(block);
        }
        language = null;
      }
    }
    return steps;
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
    return new Outcome(
        process.exitValue(), new String(Files.readAllBytes(output), StandardCharsets.UTF_8));
  }

  /** YAML as JSON, with anchors and merges resolved. */
  static JsonNode yaml(Path file) {
    try (Reader text = Files.newBufferedReader(file)) {
      Object content = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
      return JsonMapper.shared().valueToTree(content);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /** The commands in the comment that goes on after a line with {@code after}. */
  static String commentedCommands(Path file, String after) throws IOException {
    StringBuilder script = new StringBuilder();
    boolean inside = false;
    for (String line : Files.readAllLines(file)) {
      if (inside && !line.startsWith("#")) {
        break;
      }
      if (inside) {
        script.append(line.substring(1).strip()).append('\n');
      }
      inside |= line.contains(after);
    }
    return script.toString();
  }
}
