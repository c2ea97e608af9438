package io.portcullis.e2e.golden;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The scenarios on disk, those that are not replayed yet, and single steps ({@code name#3}) where
 * this gateway differs on purpose.
 *
 * @param exclusions reasons by scenario name, from {@code excluded.txt}: names, one a line, under a
 *     heading {@code # reason}
 */
record Corpus(Path folder, Map<String, String> exclusions) {
  static Corpus load() throws IOException {
    Path folder;
    try {
      folder = Path.of(Objects.requireNonNull(Corpus.class.getResource("/golden")).toURI());
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
    Map<String, String> exclusions = new TreeMap<>();
    String reason = "";
    for (String line : Files.readAllLines(folder.resolve("excluded.txt"))) {
      if (line.startsWith("#")) {
        reason = line.substring(1).strip();
      } else if (!line.isBlank() && exclusions.put(line.strip(), reason) != null) {
        throw new IllegalStateException("excluded.txt names " + line + " twice");
      }
    }
    return new Corpus(folder, exclusions);
  }

  /** The scenarios of one part, {@code admin} or {@code proxy} for example, by name. */
  List<Scenario> part(String name) throws IOException {
    Map<String, Scenario> scenarios = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder.resolve(name))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".json")).toList()) {
        Scenario scenario = Scenario.parse(Files.readAllBytes(file));
        scenarios.put(scenario.name(), scenario);
      }
    }
    return List.copyOf(scenarios.values());
  }

  /** Whether that step, counted from 1, may be answered otherwise. */
  boolean excludes(Scenario scenario, int step) {
    return exclusions.containsKey(scenario.name() + "#" + step);
  }

  boolean excludes(Scenario scenario) {
    return exclusions.containsKey(scenario.name());
  }
}
