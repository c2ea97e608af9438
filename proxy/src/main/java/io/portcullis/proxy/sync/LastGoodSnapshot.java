package io.portcullis.proxy.sync;

import io.portcullis.core.entity.Snapshot;
import io.portcullis.core.entity.StoredEntity;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The configuration that was served last, in a file that only its owner can read: a node whose
 * database is gone starts with it. Lines of text: name and number of the format, {@code {"version",
 * "entities"}}, one entity each, and a checksum of all that.
 */
public final class LastGoodSnapshot {
  private static final System.Logger LOG = System.getLogger(LastGoodSnapshot.class.getName());
  private static final String NAME = "portcullis-snapshot";
  private static final int FORMAT = 1;
  private static final String CHECKSUM = "crc32c ";
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

  /** A big file on a slow disk is written less often. */
  private static final int PAUSE_PER_COST = 20;

  private final Path file;
  private final Executor writer;
  private final JsonMapper json = JsonMapper.builder().build();
  private final Object writing = new Object();
  private volatile boolean busy;
  private volatile boolean failed;
  private volatile long next = System.nanoTime();

  /**
   * @param directory made when the first snapshot is kept
   * @param writer runs the writing, which blocks
   */
  public LastGoodSnapshot(Path directory, Executor writer) {
    this.file = directory.resolve("last-good");
    this.writer = writer;
  }

  public Path file() {
    return file;
  }

  /** Whether {@link #keep} may be called: nothing is being written, and the pause is over. */
  boolean ready() {
    return !busy && System.nanoTime() - next >= 0;
  }

  /** Whether the last try to keep something failed. */
  boolean failed() {
    return failed;
  }

  /** How long until it is worth asking again. */
  Duration pause() {
    return busy ? SHORTEST_PAUSE : Duration.ofNanos(Math.max(1, next - System.nanoTime()));
  }

  /** Writes a snapshot on another thread. */
  void keep(Snapshot snapshot) {
    busy = true;
    writer.execute(() -> keepNow(snapshot));
  }

  /** Writes a snapshot. A failure is logged, and what was kept before stays. */
  void keepNow(Snapshot snapshot) {
    synchronized (writing) {
      busy = true;
      long begin = System.nanoTime();
      try {
        PrivateFile.replace(file, out -> write(snapshot, out));
        failed = false;
      } catch (IOException | JacksonException problem) {
        if (!failed) {
          LOG.log(Level.WARNING, "cannot keep the configuration in " + file + ": " + problem);
        }
        failed = true;
      }
      long cost = System.nanoTime() - begin;
      next = System.nanoTime() + Math.max(SHORTEST_PAUSE.toNanos(), PAUSE_PER_COST * cost);
      busy = false;
    }
  }

  /**
   * What was kept.
   *
   * @throws java.nio.file.NoSuchFileException if nothing was
   * @throws IOException with one line that names the file, if it is damaged, cannot be read, or was
   *     written by a newer release
   */
  public Snapshot read() throws IOException {
    byte[] octets = Files.readAllBytes(file);
    int end = octets.length - 1;
    int last = end > 0 ? startOfLine(octets, end - 1) : 0;
    Lines lines = new Lines(octets);
    String name = lines.next();
    if (name == null || !name.startsWith(NAME + ' ')) {
      throw new IOException(file + " is no snapshot");
    }
    int format = number(name.substring(NAME.length() + 1));
    if (format > FORMAT) {
      throw new IOException(
          file + " has format " + format + ", this release reads up to " + FORMAT);
    }
    if (last <= 0 || !text(octets, last, octets.length).equals(checksum(octets, last))) {
      throw new IOException(file + " is damaged: its checksum does not fit");
    }
    try {
      return parse(lines, last);
    } catch (JacksonException | IllegalArgumentException problem) {
      throw new IOException(file + " is damaged: " + problem.getMessage(), problem);
    }
  }

  private Snapshot parse(Lines lines, int end) throws IOException {
    JsonNode head = json.readTree(lines.octets, lines.at, lines.lengthOfNext());
    lines.next();
    List<StoredEntity> entities = new ArrayList<>(head.path("entities").intValue());
    while (lines.at < end) {
      int length = lines.lengthOfNext();
      int space = lines.at;
      while (space < lines.at + length && lines.octets[space] != ' ') {
        space++;
      }
      String entity = text(lines.octets, lines.at, space).intern();
      JsonNode body = json.readTree(lines.octets, space, lines.at + length - space);
      if (!(body instanceof ObjectNode object)) {
        throw new IOException(file + " is damaged: an entity is no object");
      }
      UUID id = UUID.fromString(object.path("id").asString());
      entities.add(new StoredEntity(entity, id, object));
      lines.next();
    }
    return new Snapshot(head.path("version").longValue(), entities);
  }

  private void write(Snapshot snapshot, OutputStream plain) throws IOException {
    CRC32C sum = new CRC32C();
    OutputStream out = new CheckedOutputStream(plain, sum);
    out.write(line(NAME + ' ' + FORMAT));
    ObjectNode head = json.createObjectNode();
    head.put("version", snapshot.version()).put("entities", snapshot.entities().size());
    out.write(json.writeValueAsBytes(head));
    out.write('\n');
    for (StoredEntity entity : snapshot.entities()) {
      out.write((entity.entity() + ' ').getBytes(StandardCharsets.UTF_8));
      out.write(json.writeValueAsBytes(entity.body()));
      out.write('\n');
    }
    plain.write(line(CHECKSUM + HexFormat.of().toHexDigits(sum.getValue(), 8)));
  }

  private static byte[] line(String text) {
    return (text + '\n').getBytes(StandardCharsets.UTF_8);
  }

  private static String checksum(byte[] octets, int end) {
    CRC32C sum = new CRC32C();
    sum.update(octets, 0, end);
    return CHECKSUM + HexFormat.of().toHexDigits(sum.getValue(), 8) + '\n';
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException unreadable) {
      return Integer.MAX_VALUE;
    }
  }

  private static int startOfLine(byte[] octets, int from) {
    int at = from;
    while (at > 0 && octets[at - 1] != '\n') {
      at--;
    }
    return at;
  }

  private static String text(byte[] octets, int from, int to) {
    return new String(octets, from, to - from, StandardCharsets.UTF_8);
  }

  /** Goes through the lines of a file. */
  private static final class Lines {
    final byte[] octets;
    int at;

    Lines(byte[] octets) {
      this.octets = octets;
    }

    int lengthOfNext() {
      int end = at;
      while (end < octets.length && octets[end] != '\n') {
        end++;
      }
      return end - at;
    }

    @Nullable String next() {
      if (at >= octets.length) {
        return null;
      }
      int length = lengthOfNext();
      String line = length > 100 ? "" : text(octets, at, at + length);
      at += length + 1;
      return line;
    }
  }
}
