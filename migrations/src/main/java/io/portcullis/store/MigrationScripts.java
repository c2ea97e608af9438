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

/** The scripts that this build brings, {@code V<number>__<words>.sql}, found without Flyway. */
final class MigrationScripts {
  static final String FOLDER = "db/migration";

  private MigrationScripts() {}

  /** File names by version; never empty. */
  static SortedMap<Integer, String> byVersion() {
    SortedMap<Integer, String> scripts = new TreeMap<>();
    for (String name : fileNames()) {
      int end = name.indexOf("__");
      if (name.startsWith("V") && name.endsWith(".sql") && end > 1) {
        scripts.put(Integer.valueOf(name.substring(1, end)), name);
      }
    }
    if (scripts.isEmpty()) {
      throw new IllegalStateException("no scripts in " + FOLDER + " on the class path");
    }
    return Collections.unmodifiableSortedMap(scripts);
  }

  private static List<String> fileNames() {
    URL folder = MigrationScripts.class.getClassLoader().getResource(FOLDER);
    if (folder == null) {
      throw new IllegalStateException("no folder " + FOLDER + " on the class path");
    }
    try {
      URLConnection connection = folder.openConnection();
      if (connection instanceof JarURLConnection jar) {
        return jar.getJarFile().stream()
            .map(entry -> entry.getName())
            .filter(name -> name.startsWith(FOLDER + "/"))
            .map(name -> name.substring(FOLDER.length() + 1))
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
