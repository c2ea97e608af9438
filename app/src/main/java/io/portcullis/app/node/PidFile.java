package io.portcullis.app.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code <prefix>/portcullis.pid}: how {@code stop} and {@code reload} find the running gateway.
 */
public final class PidFile {
  private final Path file;

  public PidFile(Path prefix) {
    this.file = prefix.resolve("portcullis.pid");
  }

  /** Writes our process id; refuses when another gateway runs on the same prefix. */
  void claim() throws IOException {
    Optional<ProcessHandle> other = running();
    if (other.isPresent() && other.get().pid() != ProcessHandle.current().pid()) {
      throw new IOException(
          "a gateway already runs on this prefix with process id "
              + other.get().pid()
              + " ("
              + file
              + ")");
    }
    Files.writeString(file, ProcessHandle.current().pid() + "\n");
  }

  void release() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // a stale file is recognised by its process being gone
    }
  }

  /** The gateway that the file names, if it is alive. */
  public Optional<ProcessHandle> running() throws IOException {
    try {
      long pid = Long.parseLong(Files.readString(file).strip());
      return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(PidFile::isGateway);
    } catch (NoSuchFileException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Process ids are reused: after a crash the number may belong to somebody else. */
  private static boolean isGateway(ProcessHandle process) {
    return process.info().command().map(command -> command.contains("java")).orElse(true);
  }
}
