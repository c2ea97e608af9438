package io.portcullis.admin.http;

import io.portcullis.admin.wire.Refusal;
import io.portcullis.core.entity.Snapshot;
import io.portcullis.core.entity.StoredEntity;
import io.portcullis.core.schema.ApiError;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.store.Author;
import io.portcullis.store.PageQuery;
import io.portcullis.store.PastChange;
import io.portcullis.store.PastVersion;
import io.portcullis.store.RowChange;
import io.portcullis.store.StoredPage;
import io.portcullis.store.TagPage;
import io.portcullis.store.Written;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Entities in plain maps, with the rules that a database keeps by constraints. For one thread. */
final class MemoryEntities implements EntityAccess {
  private final EntitySpecs specs;
  private Map<String, Map<UUID, ObjectNode>> rows = new LinkedHashMap<>();
  private long version;
  private boolean changed;

  MemoryEntities(EntitySpecs specs) {
    this.specs = specs;
    specs.all().forEach(spec -> rows.put(spec.name(), new TreeMap<>()));
  }

  @Override
  public <T> T read(Function<EntityReader, T> work) {
    return work.apply(new Work());
  }

  @Override
  public <T> Written<T> write(Function<EntityWriter, T> work) {
    Map<String, Map<UUID, ObjectNode>> before = new LinkedHashMap<>();
    rows.forEach((entity, known) -> before.put(entity, new TreeMap<>(known)));
    changed = false;
    try {
      T value = work.apply(new Work());
      if (changed) {
        version++;
      }
      return new Written<>(value, version);
    } catch (RuntimeException undone) {
      rows = before;
      throw undone;
    }
  }

  @Override
  public boolean reachable() {
    return true;
  }

  @Override
  public String engine() {
    return "h2";
  }

  private Map<UUID, ObjectNode> of(EntitySpec spec) {
    return rows.get(spec.name());
  }

  private SnapshotIndex index() {
    List<StoredEntity> all = new ArrayList<>();
    rows.forEach(
        (entity, known) -> known.forEach((id, row) -> all.add(new StoredEntity(entity, id, row))));
    return new SnapshotIndex(new Snapshot(version, all), InstantSource.system());
  }

  private void keep(EntitySpec spec, ObjectNode entity) {
    UUID id = EntityRows.id(entity);
    checkUnique(spec, id, entity);
    for (FieldSpec foreign : spec.foreigns()) {
      Optional<UUID> target = EntityRows.reference(entity, foreign.name());
      String entityName = foreign.reference().orElseThrow();
      if (target.isPresent() && !rows.get(entityName).containsKey(target.get())) {
        ObjectNode key = JsonNodeFactory.instance.objectNode();
        key.put("id", target.get().toString());
        throw refusal(ApiError.danglingReference(foreign.name(), key, entityName));
      }
    }
    ObjectNode kept = entity.deepCopy();
    for (FieldSpec field : spec.fields()) {
      if (field.isTransient()) {
        kept.putNull(field.name());
      }
    }
    of(spec).put(id, kept);
    changed = true;
  }

  private void checkUnique(EntitySpec spec, UUID id, ObjectNode entity) {
    List<List<String>> groups = new ArrayList<>(spec.uniqueTogether());
    for (String field : spec.uniqueFields()) {
      if (!entity.path(field).isNull()) {
        groups.add(List.of(field));
      }
    }
    for (List<String> group : groups) {
      ObjectNode wanted = values(entity, group);
      of(spec)
          .forEach(
              (other, row) -> {
                if (!other.equals(id) && values(row, group).equals(wanted)) {
                  throw refusal(ApiError.uniqueViolation(wanted));
                }
              });
    }
  }

  private static ObjectNode values(ObjectNode row, List<String> fields) {
    ObjectNode values = JsonNodeFactory.instance.objectNode();
    for (String field : fields) {
      JsonNode value = row.get(field);
      values.set(field, value == null ? values.nullNode() : value);
    }
    return values;
  }

  private void remove(EntitySpec spec, UUID id) {
    List<EntitySpecs.Child> children = specs.childrenOf(spec);
    for (EntitySpecs.Child child : children) {
      if (!child.foreign().onDelete().cascades() && !referring(child, id).isEmpty()) {
        throw refusal(ApiError.stillReferenced(spec.name(), child.spec().name()));
      }
    }
    for (EntitySpecs.Child child : children) {
      referring(child, id).forEach(row -> remove(child.spec(), row));
    }
    of(spec).remove(id);
    changed = true;
  }

  private List<UUID> referring(EntitySpecs.Child child, UUID id) {
    List<UUID> found = new ArrayList<>();
    of(child.spec())
        .forEach(
            (row, body) -> {
              if (EntityRows.reference(body, child.foreign().name()).equals(Optional.of(id))) {
                found.add(row);
              }
            });
    return found;
  }

  private static Refusal refusal(ApiError error) {
    return new Refusal(error.status(), error.toJson());
  }

  /** What happens inside one transaction. */
  private final class Work implements EntityWriter {
    @Override
    public long version() {
      return version;
    }

    @Override
    public void insert(EntitySpec spec, ObjectNode entity) {
      UUID id = EntityRows.id(entity);
      if (of(spec).containsKey(id)) {
        throw refusal(ApiError.primaryKeyViolation(id.toString()));
      }
      keep(spec, entity);
    }

    @Override
    public void put(EntitySpec spec, ObjectNode entity, boolean exists, @Nullable String key) {
      keep(spec, entity);
    }

    @Override
    public void update(EntitySpec spec, ObjectNode entity, @Nullable String key) {
      keep(spec, entity);
    }

    @Override
    public void delete(EntitySpec spec, UUID id, @Nullable String key) {
      remove(spec, id);
    }

    @Override
    public StoredPage page(EntitySpec spec, PageQuery query) {
      return index().page(spec, query);
    }

    @Override
    public Optional<ObjectNode> find(EntitySpec spec, UUID id) {
      return Optional.ofNullable(of(spec).get(id)).map(ObjectNode::deepCopy);
    }

    @Override
    public Optional<ObjectNode> findBy(EntitySpec spec, String uniqueField, String value) {
      return index().findBy(spec, uniqueField, value).map(ObjectNode::deepCopy);
    }

    @Override
    public List<ObjectNode> under(EntitySpec spec, String field, Collection<UUID> parents) {
      return index().under(spec, field, parents);
    }

    @Override
    public TagPage tags(@Nullable String tag, int size, TagPage.@Nullable Row after) {
      return index().tags(tag, size, after);
    }

    @Override
    public List<PastVersion> versions(long newest, int size) {
      return List.of();
    }

    @Override
    public List<PastChange> changesOf(long past, int size) {
      return List.of();
    }

    @Override
    public void sign(Author author) {}

    @Override
    public List<RowChange> changes() {
      return List.of();
    }

    @Override
    public int rollBackTo(long past) {
      throw new UnsupportedOperationException("no history");
    }

    @Override
    public Set<String> pluginNamesInUse() {
      return index().pluginNamesInUse();
    }
  }
}
