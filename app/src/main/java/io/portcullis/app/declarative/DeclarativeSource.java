package io.portcullis.app.declarative;

import io.portcullis.core.entity.Change;
import io.portcullis.core.entity.Snapshot;
import io.portcullis.core.entity.SnapshotSource;
import io.portcullis.core.entity.StoredEntity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Serves what a declarative file holds. The version grows by one with each reload that passes; a
 * reload that does not pass changes nothing. Thread-safe.
 */
public final class DeclarativeSource implements SnapshotSource {
  /** Nothing is loaded yet: this hash in place of one. */
  private static final String NO_HASH = "0".repeat(32);

  private record State(Snapshot snapshot, List<Change> lastChanges, String hash) {}

  private final DeclarativeFile format;
  private volatile State state = new State(new Snapshot(0, List.of()), List.of(), NO_HASH);

  public DeclarativeSource(DeclarativeFile format) {
    this.format = format;
  }

  /**
   * Loads a file in place of what is served.
   *
   * @throws IOException when it cannot be read at all
   */
  public DeclarativeResult reload(Path file) throws IOException {
    return reload(Files.readString(file));
  }

  /** Loads a text in place of what is served. */
  public synchronized DeclarativeResult reload(String text) {
    State before = state;
    DeclarativeResult result = format.read(text, before.snapshot().entities());
    if (result instanceof DeclarativeResult.Loaded loaded) {
      long version = before.snapshot().version() + 1;
      state =
          new State(
              new Snapshot(version, loaded.entities()),
              difference(version, before.snapshot().entities(), loaded.entities()),
              loaded.hash());
    }
    return result;
  }

  /** MD5 of the text that is served, in hexadecimal; all zeros before the first. */
  public String hash() {
    return state.hash();
  }

  /** What is served now; the same object as long as nothing is reloaded. */
  public Snapshot current() {
    return state.snapshot();
  }

  @Override
  public long version() {
    return state.snapshot().version();
  }

  @Override
  public Snapshot load() {
    return state.snapshot();
  }

  @Override
  public Changes changesSince(long version) {
    State now = state;
    long newest = now.snapshot().version();
    if (version == newest) {
      return new Changes.Incremental(newest, List.of());
    }
    return version == newest - 1
        ? new Changes.Incremental(newest, now.lastChanges())
        : new Changes.TooFarBehind();
  }

  private static List<Change> difference(
      long version, List<StoredEntity> before, List<StoredEntity> after) {
    Map<UUID, StoredEntity> old = new HashMap<>();
    before.forEach(row -> old.put(row.id(), row));
    List<Change> changes = new ArrayList<>();
    for (StoredEntity row : after) {
      StoredEntity known = old.remove(row.id());
      if (known == null || !known.equals(row)) {
        changes.add(new Change(version, row.entity(), row.id(), row.body()));
      }
    }
    old.values().forEach(gone -> changes.add(new Change(version, gone.entity(), gone.id(), null)));
    return List.copyOf(changes);
  }
}
