package io.portcullis.admin.http;

import io.portcullis.admin.wire.Refusal;
import io.portcullis.core.entity.Snapshot;
import io.portcullis.core.schema.ApiError;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.store.Author;
import io.portcullis.store.PageQuery;
import io.portcullis.store.PastChange;
import io.portcullis.store.PastVersion;
import io.portcullis.store.RowChange;
import io.portcullis.store.StoredPage;
import io.portcullis.store.TagPage;
import io.portcullis.store.Written;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Entities of a declarative file: what the proxy serves can be read, and nothing be written. */
public final class SnapshotAccess implements EntityAccess {
  private final Supplier<Snapshot> current;
  private final InstantSource clock;
  private volatile @Nullable SnapshotIndex index;

  /**
   * @param current what is served now; the same object as long as nothing changed
   */
  public SnapshotAccess(Supplier<Snapshot> current) {
    this(current, InstantSource.system());
  }

  /**
   * @param clock tells which rows are over
   */
  SnapshotAccess(Supplier<Snapshot> current, InstantSource clock) {
    this.current = current;
    this.clock = clock;
  }

  @Override
  public <T> T read(Function<EntityReader, T> work) {
    return work.apply(index());
  }

  @Override
  public <T> Written<T> write(Function<EntityWriter, T> work) {
    SnapshotIndex view = index();
    return new Written<>(work.apply(new RefusingWriter(view)), view.version());
  }

  @Override
  public boolean reachable() {
    return true;
  }

  @Override
  public String engine() {
    return "off";
  }

  @SuppressWarnings("ReferenceEquality") // asks whether it is the same snapshot, not an equal one
  private SnapshotIndex index() {
    Snapshot snapshot = current.get();
    SnapshotIndex known = index;
    if (known == null || known.snapshot() != snapshot) {
      known = new SnapshotIndex(snapshot, clock);
      index = known;
    }
    return known;
  }

  /** Takes everything up to the write itself, so that a client hears of its mistakes first. */
  private record RefusingWriter(EntityReader reader) implements EntityWriter {
    @Override
    public void sign(Author author) {}

    @Override
    public List<RowChange> changes() {
      return List.of();
    }

    @Override
    public int rollBackTo(long version) {
      throw Refusal.message(400, "there is no history without a database");
    }

    @Override
    public void insert(EntitySpec spec, ObjectNode entity) {
      throw refusal("create", spec, null);
    }

    @Override
    public void put(EntitySpec spec, ObjectNode entity, boolean exists, @Nullable String key) {
      throw refusal("create or update", spec, key);
    }

    @Override
    public void update(EntitySpec spec, ObjectNode entity, @Nullable String key) {
      throw refusal("update", spec, key);
    }

    @Override
    public void delete(EntitySpec spec, UUID id, @Nullable String key) {
      throw refusal("remove", spec, key);
    }

    private static Refusal refusal(String verb, EntitySpec spec, @Nullable String key) {
      String by = key == null ? "" : " by '" + key + "'";
      ApiError error =
          ApiError.operationUnsupported(
              "cannot "
                  + verb
                  + " '"
                  + spec.name()
                  + "' entities"
                  + by
                  + " when not using a database");
      return new Refusal(error.status(), error.toJson());
    }

    @Override
    public long version() {
      return reader.version();
    }

    @Override
    public StoredPage page(EntitySpec spec, PageQuery query) {
      return reader.page(spec, query);
    }

    @Override
    public Optional<ObjectNode> find(EntitySpec spec, UUID id) {
      return reader.find(spec, id);
    }

    @Override
    public Optional<ObjectNode> findBy(EntitySpec spec, String uniqueField, String value) {
      return reader.findBy(spec, uniqueField, value);
    }

    @Override
    public List<ObjectNode> under(EntitySpec spec, String field, Collection<UUID> parents) {
      return reader.under(spec, field, parents);
    }

    @Override
    public TagPage tags(@Nullable String tag, int size, TagPage.@Nullable Row after) {
      return reader.tags(tag, size, after);
    }

    @Override
    public List<PastVersion> versions(long newest, int size) {
      return reader.versions(newest, size);
    }

    @Override
    public List<PastChange> changesOf(long version, int size) {
      return reader.changesOf(version, size);
    }

    @Override
    public Set<String> pluginNamesInUse() {
      return reader.pluginNamesInUse();
    }
  }
}
