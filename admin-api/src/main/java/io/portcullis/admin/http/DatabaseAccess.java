package io.portcullis.admin.http;

import io.portcullis.core.schema.EntitySpec;
import io.portcullis.store.Author;
import io.portcullis.store.EntityStore;
import io.portcullis.store.PageQuery;
import io.portcullis.store.PastChange;
import io.portcullis.store.PastVersion;
import io.portcullis.store.Reading;
import io.portcullis.store.RowChange;
import io.portcullis.store.StoredPage;
import io.portcullis.store.TagPage;
import io.portcullis.store.Writing;
import io.portcullis.store.Written;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Entities in a database. */
public final class DatabaseAccess implements EntityAccess {
  private final EntityStore store;
  private final String engine;

  /**
   * @param engine {@code h2} or {@code postgres}
   */
  public DatabaseAccess(EntityStore store, String engine) {
    this.store = store;
    this.engine = engine;
  }

  @Override
  public <T> T read(Function<EntityReader, T> work) {
    return store.read(reading -> work.apply(new Reader(reading)));
  }

  @Override
  public <T> Written<T> write(Function<EntityWriter, T> work) {
    return store.write(writing -> work.apply(new Writer(writing)));
  }

  @Override
  public boolean reachable() {
    return store.reachable();
  }

  @Override
  public String engine() {
    return engine;
  }

  private static class Reader implements EntityReader {
    private final Reading reading;

    Reader(Reading reading) {
      this.reading = reading;
    }

    @Override
    public long version() {
      return reading.version();
    }

    @Override
    public StoredPage page(EntitySpec spec, PageQuery query) {
      return reading.page(spec, query);
    }

    @Override
    public Optional<ObjectNode> find(EntitySpec spec, UUID id) {
      return reading.find(spec, id);
    }

    @Override
    public Optional<ObjectNode> findBy(EntitySpec spec, String uniqueField, String value) {
      return reading.findBy(spec, uniqueField, value);
    }

    @Override
    public List<ObjectNode> under(EntitySpec spec, String field, Collection<UUID> parents) {
      return reading.under(spec, field, parents);
    }

    @Override
    public TagPage tags(@Nullable String tag, int size, TagPage.@Nullable Row after) {
      return reading.tags(tag, size, after);
    }

    @Override
    public List<PastVersion> versions(long newest, int size) {
      return reading.versions(newest, size);
    }

    @Override
    public List<PastChange> changesOf(long version, int size) {
      return reading.changesOf(version, size);
    }

    @Override
    public Set<String> pluginNamesInUse() {
      return reading.pluginNamesInUse();
    }
  }

  private static final class Writer extends Reader implements EntityWriter {
    private final Writing writing;

    Writer(Writing writing) {
      super(writing);
      this.writing = writing;
    }

    @Override
    public void sign(Author author) {
      writing.sign(author);
    }

    @Override
    public List<RowChange> changes() {
      return writing.changes();
    }

    @Override
    public int rollBackTo(long version) {
      return writing.rollBackTo(version);
    }

    @Override
    public void insert(EntitySpec spec, ObjectNode entity) {
      writing.insert(spec, entity);
    }

    @Override
    public void put(EntitySpec spec, ObjectNode entity, boolean exists, @Nullable String key) {
      if (exists) {
        writing.update(spec, entity);
      } else {
        writing.insert(spec, entity);
      }
    }

    @Override
    public void update(EntitySpec spec, ObjectNode entity, @Nullable String key) {
      writing.update(spec, entity);
    }

    @Override
    public void delete(EntitySpec spec, UUID id, @Nullable String key) {
      writing.delete(spec, id);
    }
  }
}
