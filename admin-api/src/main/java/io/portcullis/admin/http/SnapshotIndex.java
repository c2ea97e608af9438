package io.portcullis.admin.http;

import io.portcullis.core.entity.Snapshot;
import io.portcullis.core.entity.StoredEntity;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.TimeToLive;
import io.portcullis.store.PageQuery;
import io.portcullis.store.PastChange;
import io.portcullis.store.PastVersion;
import io.portcullis.store.StoredPage;
import io.portcullis.store.TagFilter;
import io.portcullis.store.TagPage;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers a store's questions from memory. Never changed once made, so any thread may ask. */
final class SnapshotIndex implements EntityReader {
  private static final Comparator<TagPage.Row> TAG_ORDER =
      Comparator.comparing(TagPage.Row::tag)
          .thenComparing(TagPage.Row::entityName)
          .thenComparing(row -> row.entityId().toString());

  private final Snapshot snapshot;
  private final InstantSource clock;

  /** By entity, then by the text of the id: the order of listings. */
  private final Map<String, NavigableMap<String, ObjectNode>> rows = new HashMap<>();

  private final List<TagPage.Row> tags = new ArrayList<>();

  /**
   * @param clock tells which rows are over
   */
  SnapshotIndex(Snapshot snapshot, InstantSource clock) {
    this.snapshot = snapshot;
    this.clock = clock;
    for (StoredEntity entity : snapshot.entities()) {
      rows.computeIfAbsent(entity.entity(), name -> new TreeMap<>())
          .put(entity.id().toString(), entity.body());
      for (String tag : tagsOf(entity.body())) {
        tags.add(new TagPage.Row(tag, entity.entity(), entity.id()));
      }
    }
    tags.sort(TAG_ORDER);
  }

  Snapshot snapshot() {
    return snapshot;
  }

  @Override
  public long version() {
    return snapshot.version();
  }

  @Override
  public StoredPage page(EntitySpec spec, PageQuery query) {
    NavigableMap<String, ObjectNode> all = of(spec);
    UUID after = query.after();
    Collection<ObjectNode> rest =
        after == null ? all.values() : all.tailMap(after.toString(), false).values();
    List<ObjectNode> page = new ArrayList<>();
    for (ObjectNode row : rest) {
      if (isOver(spec, row) || !isChild(row, query.parent()) || !hasTags(row, query.tags())) {
        continue;
      }
      if (page.size() == query.size()) {
        return new StoredPage(page, UUID.fromString(page.getLast().get("id").stringValue()));
      }
      page.add(row);
    }
    return new StoredPage(page, null);
  }

  @Override
  public Optional<ObjectNode> find(EntitySpec spec, UUID id) {
    return Optional.ofNullable(of(spec).get(id.toString())).filter(row -> !isOver(spec, row));
  }

  @Override
  public Optional<ObjectNode> findBy(EntitySpec spec, String uniqueField, String value) {
    for (ObjectNode row : of(spec).values()) {
      JsonNode field = row.get(uniqueField);
      if (field != null
          && field.isString()
          && field.stringValue().equals(value)
          && !isOver(spec, row)) {
        return Optional.of(row);
      }
    }
    return Optional.empty();
  }

  @Override
  public List<ObjectNode> under(EntitySpec spec, String field, Collection<UUID> parents) {
    List<ObjectNode> found = new ArrayList<>();
    for (ObjectNode row : of(spec).values()) {
      if (!isOver(spec, row)
          && EntityRows.reference(row, field).filter(parents::contains).isPresent()) {
        found.add(row);
      }
    }
    return found;
  }

  @Override
  public TagPage tags(@Nullable String tag, int size, TagPage.@Nullable Row after) {
    List<TagPage.Row> page = new ArrayList<>();
    for (TagPage.Row row : tags) {
      boolean wanted = tag == null || row.tag().equals(tag);
      if (!wanted || after != null && TAG_ORDER.compare(row, after) <= 0) {
        continue;
      }
      if (page.size() == size) {
        return new TagPage(page, page.getLast());
      }
      page.add(row);
    }
    return new TagPage(page, null);
  }

  @Override
  public List<PastVersion> versions(long newest, int size) {
    return List.of();
  }

  @Override
  public List<PastChange> changesOf(long version, int size) {
    return List.of();
  }

  @Override
  public Set<String> pluginNamesInUse() {
    Set<String> names = new TreeSet<>();
    rows.getOrDefault("plugins", new TreeMap<>())
        .values()
        .forEach(plugin -> names.add(plugin.get("name").stringValue()));
    return names;
  }

  private NavigableMap<String, ObjectNode> of(EntitySpec spec) {
    return rows.getOrDefault(spec.name(), new TreeMap<>());
  }

  private boolean isOver(EntitySpec spec, ObjectNode row) {
    return spec.isExpiring() && TimeToLive.isExpired(row, clock.instant());
  }

  private static boolean isChild(ObjectNode row, PageQuery.@Nullable Parent parent) {
    if (parent == null) {
      return true;
    }
    JsonNode reference = row.get(parent.field());
    return reference != null
        && reference.isObject()
        && reference.get("id").stringValue().equals(parent.id().toString());
  }

  private static boolean hasTags(ObjectNode row, @Nullable TagFilter filter) {
    if (filter == null) {
      return true;
    }
    List<String> own = tagsOf(row);
    return switch (filter.match()) {
      case ALL -> own.containsAll(filter.tags());
      case ANY -> filter.tags().stream().anyMatch(own::contains);
    };
  }

  private static List<String> tagsOf(ObjectNode row) {
    JsonNode list = row.get("tags");
    if (list == null || !list.isArray()) {
      return List.of();
    }
    List<String> texts = new ArrayList<>(list.size());
    list.forEach(tag -> texts.add(tag.stringValue()));
    return texts;
  }
}
