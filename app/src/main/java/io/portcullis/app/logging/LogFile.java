package io.portcullis.app.logging;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A log whose writer is a thread of its own. {@link #write} never blocks and takes no lock: when
 * the target does not keep up, be it a slow disk or a pipe that nobody reads, lines are dropped and
 * counted.
 */
public final class LogFile implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(LogFile.class.getName());
  private static final int CAPACITY = 16_384;

  /** Lines that come meanwhile are written together, with one wake-up of the writer. */
  private static final Duration GATHERING = Duration.ofMillis(20);

  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final LineRing lines = new LineRing(CAPACITY);
  private final LongAdder dropped = new LongAdder();
  private final String name;
  private final @Nullable Path file;
  private final boolean standardError;
  private final Thread writer;
  private volatile boolean reopen;
  private volatile boolean closing;
  private long told;

  private LogFile(String name, @Nullable Path file, boolean standardError) {
    this.name = name;
    this.file = file;
    this.standardError = standardError;
    this.writer = Thread.ofPlatform().daemon().name("log-writer").unstarted(this::run);
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
    // To open a pipe waits for its reader: only the writer may do so.
    if (file != null && (Files.isRegularFile(file) || !Files.exists(file))) {
      Path folder = file.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      new FileOutputStream(file.toFile(), true).close();
    }
    LogFile log = new LogFile(where, file, standardError);
    log.writer.start();
    return log;
  }

  /** Takes one line without its end; from any thread. */
  public void write(String line) {
    if (!lines.offer(line)) {
      dropped.increment();
    }
  }

  /** Lines that were lost because the target was slower than the traffic. */
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
    closing = true;
    LockSupport.unpark(writer);
    try {
      writer.join(FAREWELL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (true) {
      reopen = false;
      try (OutputStream out = target()) {
        if (drain(out)) {
          return;
        }
      } catch (IOException e) {
        System.err.println("log " + name + ": " + e.getMessage());
        if (closing) {
          return;
        }
        LockSupport.parkNanos(IDLE.toNanos());
      }
    }
  }

  /** Writes until the file is to be opened anew, or, answering true, until the end. */
  private boolean drain(OutputStream out) throws IOException {
    while (!reopen) {
      boolean last = closing;
      boolean written = false;
      String line = lines.poll();
      while (line != null) {
        out.write((line + '\n').getBytes(StandardCharsets.UTF_8));
        written = true;
        line = lines.poll();
      }
      if (written) {
        out.flush();
      }
      if (last) {
        return true;
      }
      tellOfLoss();
      if (!closing) {
        if (written) {
          pause();
        } else {
          lines.await(IDLE.toNanos());
        }
      }
    }
    return false;
  }

  private void tellOfLoss() {
    long lost = dropped();
    if (lost > told) {
      LOG.log(
          Level.WARNING, "log " + name + " was too slow: " + (lost - told) + " lines were dropped");
      told = lost;
    }
  }

  private static void pause() {
    try {
      TimeUnit.NANOSECONDS.sleep(GATHERING.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private OutputStream target() throws IOException {
    if (file == null) {
      return new Unclosed(standardError ? System.err : System.out);
    }
    return new BufferedOutputStream(new FileOutputStream(file.toFile(), true), 1 << 16);
  }

  /** A standard stream, which stays open when the log goes. */
  private static final class Unclosed extends FilterOutputStream {
    Unclosed(OutputStream out) {
      super(new BufferedOutputStream(out, 1 << 13));
    }

    @Override
    public void write(byte[] octets, int from, int length) throws IOException {
      out.write(octets, from, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
