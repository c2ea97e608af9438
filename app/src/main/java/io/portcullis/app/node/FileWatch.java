package io.portcullis.app.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Looks at files again and again and tells of changes. Looking is slower than being told, but works
 * with every mount of a container too.
 */
final class FileWatch implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final int DEEPEST = 8;

  private final List<Path> files;
  private final Runnable changed;
  private final Thread thread;

  private FileWatch(List<Path> files, Runnable changed) {
    this.files = List.copyOf(files);
    this.changed = changed;
    this.thread = Thread.ofVirtual().name("file-watch").unstarted(this::look);
  }

  /**
   * Starts looking.
   *
   * @param files files, and folders with all that is in them
   */
  static FileWatch start(List<Path> files, Runnable changed) {
    FileWatch watch = new FileWatch(files, changed);
    watch.thread.start();
    return watch;
  }

  private void look() {
    List<String> seen = state();
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(INTERVAL);
        List<String> now = state();
        if (!now.equals(seen)) {
          seen = now;
          changed.run();
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> state() {
    List<String> state = new ArrayList<>();
    for (Path file : files) {
      try (Stream<Path> all = Files.walk(file, DEEPEST)) {
        all.filter(Files::isRegularFile).sorted().forEach(one -> state.add(state(one)));
      } catch (IOException | UncheckedIOException gone) {
        state.add(file + " is away");
      }
    }
    return state;
  }

  private static String state(Path file) {
    try {
      return file + " " + Files.getLastModifiedTime(file).toMillis() + " " + Files.size(file);
    } catch (IOException gone) {
      return file + " is away";
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
