package io.portcullis.app.declarative;

import io.portcullis.admin.http.ReplaceableConfiguration;
import io.portcullis.core.entity.Change;
import io.portcullis.core.entity.Snapshot;
import io.portcullis.core.entity.SnapshotSource;
import io.portcullis.core.entity.StoredEntity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/**
 * Serves what a declarative file holds, or what clients sent in its place. The version grows by one
 * with each configuration that passes; one that does not pass changes nothing. Thread-safe.
 */
public final class DeclarativeSource implements SnapshotSource, ReplaceableConfiguration {
  /** Nothing is loaded yet: this hash in place of one. */
  public static final String NO_HASH = "0".repeat(32);

  private record State(Snapshot snapshot, List<Change> lastChanges, String hash) {}

  /**
   * What is served now.
   *
   * @param hash names it
   */
  public record Served(List<StoredEntity> entities, String hash) {}

  private final DeclarativeFile format;
  private final Consumer<Served> accepted;
  private final ReentrantLock loading = new ReentrantLock();
  private volatile State state = new State(new Snapshot(0, List.of()), List.of(), NO_HASH);

  /**
   * @param accepted hears of configurations that clients sent and that are served from now on
   */
  public DeclarativeSource(DeclarativeFile format, Consumer<Served> accepted) {
    this.format = format;
    this.accepted = accepted;
  }

  /**
   * Loads a file in place of what is served.
   *
   * @throws IOException when it cannot be read at all
   */
  public DeclarativeResult reload(Path file) throws IOException {
    return reload(FileText.read(file));
  }

  /** Loads a text in place of what is served. */
  public DeclarativeResult reload(String text) {
    loading.lock();
    try {
      return taken(format.read(text, state.snapshot().entities()));
    } finally {
      loading.unlock();
    }
  }

  /** Serves what was served before under that name. */
  public void restore(Served before) {
    loading.lock();
    try {
      taken(new DeclarativeResult.Loaded(before.entities(), before.hash()));
    } finally {
      loading.unlock();
    }
  }

  @Override
  public Replacement replace(Given given, boolean unlessSame) {
    if (!loading.tryLock()) {
      return new Replacement.Busy();
    }
    try {
      List<StoredEntity> before = state.snapshot().entities();
      return switch (given) {
        case Given.Text(String text) ->
            unlessSame && Md5.of(text).equals(state.hash())
                ? new Replacement.Same()
                : replacement(format.read(text, before), text);
        case Given.Tree(ObjectNode tree) -> {
          String text = tree.toString();
          yield replacement(format.read(tree, Md5.of(text), before), text);
        }
      };
    } finally {
      loading.unlock();
    }
  }

  private Replacement replacement(DeclarativeResult result, String text) {
    return switch (taken(result)) {
      case DeclarativeResult.Refused refused ->
          new Replacement.Refused(format.problems(refused, text));
      case DeclarativeResult.Loaded loaded -> {
        accepted.accept(new Served(loaded.entities(), loaded.hash()));
        yield new Replacement.Done(state.snapshot().version(), loaded.entities());
      }
    };
  }

  private DeclarativeResult taken(DeclarativeResult result) {
    if (result instanceof DeclarativeResult.Loaded loaded) {
      List<StoredEntity> before = state.snapshot().entities();
      long version = state.snapshot().version() + 1;
      state =
          new State(
              new Snapshot(version, loaded.entities()),
              difference(version, before, loaded.entities()),
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
    Map<Row, StoredEntity> old = new HashMap<>();
    before.forEach(row -> old.put(Row.of(row), row));
    List<Change> changes = new ArrayList<>();
    for (StoredEntity row : after) {
      StoredEntity known = old.remove(Row.of(row));
      if (known == null || !known.equals(row)) {
        changes.add(new Change(version, row.entity(), row.id(), row.body()));
      }
    }
    old.values().forEach(gone -> changes.add(new Change(version, gone.entity(), gone.id(), null)));
    return List.copyOf(changes);
  }

  /** Rows of two kinds may have the same id. */
  private record Row(String entity, UUID id) {
    static Row of(StoredEntity entity) {
      return new Row(entity.entity(), entity.id());
    }
  }
}
