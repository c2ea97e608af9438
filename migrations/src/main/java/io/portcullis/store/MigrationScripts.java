package io.portcullis.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The scripts that this build brings, {@code V<number>__<words>.sql}, found without Flyway. Those
 * that widen the schema run at once; those that narrow it run when no node of the release before is
 * left, and lie in a folder of their own.
 */
final class MigrationScripts {
  static final String FOLDER = "db/migration";

  /** Scripts that take away what an older release still uses. */
  static final String CONTRACTING = "db/contraction";

  private MigrationScripts() {}

  /** File names by version; never empty. */
  static SortedMap<Integer, String> byVersion() {
    SortedMap<Integer, String> scripts = byVersion(FOLDER);
    if (scripts.isEmpty()) {
      throw new IllegalStateException("no scripts in " + FOLDER + " on the class path");
    }
    return scripts;
  }

  /** File names by version; empty when there is no such folder. */
  static SortedMap<Integer, String> byVersion(String folder) {
    SortedMap<Integer, String> scripts = new TreeMap<>();
    for (String name : fileNames(folder)) {
      int end = name.indexOf("__");
      if (name.startsWith("V") && name.endsWith(".sql") && end > 1) {
        scripts.put(Integer.valueOf(name.substring(1, end)), name);
      }
    }
    return Collections.unmodifiableSortedMap(scripts);
  }

  private static List<String> fileNames(String name) {
    URL folder = MigrationScripts.class.getClassLoader().getResource(name);
    if (folder == null) {
      return List.of();
    }
    try {
      URLConnection connection = folder.openConnection();
      if (connection instanceof JarURLConnection jar) {
        return jar.getJarFile().stream()
            .map(entry -> entry.getName())
            .filter(entry -> entry.startsWith(name + "/"))
            .map(entry -> entry.substring(name.length() + 1))
            .toList();
      }
      URI location = folder.toURI();
      try (Stream<Path> files = Files.list(Path.of(location))) {
        return files.map(file -> file.getFileName().toString()).toList();
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
