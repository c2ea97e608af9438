package io.portcullis.plugins.filelog;

import io.portcullis.core.queue.BatchQueues;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Appends lines to a file, each with one write, so that the lines of several writers do not mix.
 * Notices when the file was moved away or removed, and goes on in a new one. Blocks; its queue
 * calls it from one thread at a time.
 */
final class AppendedFile implements BatchQueues.Sender {
  private static final System.Logger LOG = System.getLogger(AppendedFile.class.getName());
  private static final byte[] LINE_FEED = {'\n'};
  private static final Set<OpenOption> APPENDING =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
  private static final FileAttribute<Set<PosixFilePermission>> MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));

  private final Path file;
  private @Nullable FileChannel channel;

  /** What the file system calls the open file; null when that is not known for sure. */
  private @Nullable Object identity;

  /** Whether the last line went out in part only, so that the next must not continue it. */
  private boolean broken;

  AppendedFile(Path file) {
    this.file = file;
  }

  @Override
  public CompletionStage<?> send(List<byte[]> batch) {
    try {
      for (byte[] line : batch) {
        append(line);
      }
      return CompletableFuture.completedFuture(null);
    } catch (IOException failure) {
      close();
      return CompletableFuture.failedFuture(failure);
    }
  }

  @Override
  public void close() {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException failure) {
        LOG.log(System.Logger.Level.WARNING, "file-log: " + file + " could not be closed", failure);
      }
    }
  }

  private void append(byte[] line) throws IOException {
    FileChannel target = current();
    ByteBuffer[] parts = {
      ByteBuffer.wrap(LINE_FEED, 0, broken ? 1 : 0),
      ByteBuffer.wrap(line),
      ByteBuffer.wrap(LINE_FEED)
    };
    boolean started = false;
    try {
      while (parts[2].hasRemaining()) {
        started |= target.write(parts) > 0;
      }
      broken = false;
    } catch (IOException failure) {
      broken |= started;
      throw failure;
    }
  }

  private FileChannel current() throws IOException {
    FileChannel open = channel;
    if (open != null && identity != null && identity.equals(identity())) {
      return open;
    }
    close();
    Object before = identity();
    FileChannel opened = FileChannel.open(file, APPENDING, MODE);
    Object after = identity();
    channel = opened;
    identity = Objects.equals(before, after) ? after : null;
    return opened;
  }

  private @Nullable Object identity() throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException moved) {
      return null;
    }
  }
}
