package io.portcullis.app.logging;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A log whose writer is a thread of its own. {@link #write} never blocks: when the disk does not
 * keep up, lines are dropped and counted.
 */
public final class LogFile implements AutoCloseable {
  private static final int CAPACITY = 16_384;
  private static final String CLOSING = new String("closing");

  private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(CAPACITY);
  private final LongAdder dropped = new LongAdder();
  private final @Nullable Path file;
  private final boolean standardError;
  private final Thread writer;
  private volatile boolean reopen;

  private LogFile(@Nullable Path file, boolean standardError) {
    this.file = file;
    this.standardError = standardError;
    this.writer = Thread.ofPlatform().daemon().name("log-writer").unstarted(this::drain);
  }

  /**
   * Opens a log.
   *
   * @param where {@code /dev/stdout}, {@code /dev/stderr}, or a file, relative ones below {@code
   *     prefix}
   * @throws IOException when the file cannot be written
   */
  public static LogFile open(Path prefix, String where) throws IOException {
    boolean standardError = where.equals("/dev/stderr");
    Path file = standardError || where.equals("/dev/stdout") ? null : prefix.resolve(where);
    if (file != null) {
      Path folder = file.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      new FileOutputStream(file.toFile(), true).close();
    }
    LogFile log = new LogFile(file, standardError);
    log.writer.start();
    return log;
  }

  /** Takes one line without its end; from any thread. */
  public void write(String line) {
    if (!lines.offer(line)) {
      dropped.increment();
    }
  }

  /** Lines that were lost because the disk was slower than the traffic. */
  public long dropped() {
    return dropped.sum();
  }

  /** Opens the file anew at the next line, for log rotation. */
  public void reopen() {
    reopen = true;
  }

  /** Writes what is waiting, for at most two seconds, and ends the writer. */
  @Override
  public void close() {
    if (lines.offer(CLOSING)) {
      try {
        writer.join(TimeUnit.SECONDS.toMillis(2));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @SuppressWarnings(
      "ReferenceEquality") // the closing mark is an object of its own, whatever a line says
  private void drain() {
    boolean ended = false;
    while (!ended) {
      reopen = false;
      try (OutputStream out = target()) {
        while (!ended && !reopen) {
          String line = lines.poll(1, TimeUnit.SECONDS);
          while (line != null) {
            if (line == CLOSING) {
              ended = true;
              break;
            }
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            line = lines.poll();
          }
          out.flush();
        }
      } catch (IOException e) {
        System.err.println("log " + file + ": " + e.getMessage());
        pause();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private OutputStream target() throws IOException {
    if (file == null) {
      return new Unclosed(standardError ? System.err : System.out);
    }
    return new java.io.BufferedOutputStream(new FileOutputStream(file.toFile(), true), 1 << 16);
  }

  private static void pause() {
    try {
      TimeUnit.SECONDS.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A standard stream, which stays open when the log goes. */
  private static final class Unclosed extends java.io.FilterOutputStream {
    Unclosed(OutputStream out) {
      super(new java.io.BufferedOutputStream(out, 1 << 13));
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
