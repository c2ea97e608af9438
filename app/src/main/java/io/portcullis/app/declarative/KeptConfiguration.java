package io.portcullis.app.declarative;

import io.portcullis.proxy.sync.PrivateFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The configuration that a client sent last to a node without a database, in a declarative file
 * that only its owner can read: the node starts with it when its settings name no file, as Kong
 * does. Thread-safe.
 */
public final class KeptConfiguration {
  private static final System.Logger LOG = System.getLogger(KeptConfiguration.class.getName());
  private static final Pattern HEAD = Pattern.compile("# configuration_hash ([0-9a-f]{32})\n");

  private final Path file;
  private final DeclarativeFile format;
  private final DeclarativeText text;

  /**
   * @param directory made when the first configuration is kept
   */
  public KeptConfiguration(Path directory, DeclarativeFile format) {
    this.file = directory.resolve("kong.yml");
    this.format = format;
    this.text = new DeclarativeText(format.specs());
  }

  public Path file() {
    return file;
  }

  /** Keeps a configuration. A failure is logged, and what was kept before stays. */
  public synchronized void keep(DeclarativeSource.Served served) {
    try {
      PrivateFile.replace(file, out -> write(served, out));
    } catch (IOException | UncheckedIOException problem) {
      LOG.log(
          Level.WARNING, "cannot keep the configuration in " + file + ": " + problem.getMessage());
    }
  }

  /** What became of the file. */
  public sealed interface Kept {
    record Usable(DeclarativeSource.Served served) implements Kept {}

    record Unusable(List<Problem> problems) implements Kept {}
  }

  /**
   * What was kept; empty when nothing was.
   *
   * @throws IOException if it cannot be read
   */
  public Optional<Kept> read() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String kept = FileText.read(file);
    Matcher head = HEAD.matcher(kept);
    String hash = head.lookingAt() ? head.group(1) : Md5.of(kept);
    return Optional.of(
        switch (format.read(kept, List.of())) {
          case DeclarativeResult.Loaded loaded ->
              new Kept.Usable(new DeclarativeSource.Served(loaded.entities(), hash));
          case DeclarativeResult.Refused refused -> new Kept.Unusable(refused.problems());
        });
  }

  private void write(DeclarativeSource.Served served, OutputStream file) throws IOException {
    Writer out = new OutputStreamWriter(file, StandardCharsets.UTF_8);
    out.append("# configuration_hash ").append(served.hash()).append('\n');
    text.write(served.entities(), /* nulls= */ true, out);
    out.flush();
  }
}
