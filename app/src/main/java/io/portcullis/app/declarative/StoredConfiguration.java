package io.portcullis.app.declarative;

import io.portcullis.admin.http.DeclarativeFormat;
import io.portcullis.admin.http.EntityReader;
import io.portcullis.admin.http.EntityWriter;
import io.portcullis.core.entity.StoredEntity;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.store.PageQuery;
import io.portcullis.store.StoredPage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Takes all entities out of a store as one text, and puts texts into it. Thread-safe. */
public final class StoredConfiguration implements DeclarativeFormat {
  private static final int PAGE = 1000;

  private final DeclarativeFile format;
  private final EntitySpecs specs;

  public StoredConfiguration(DeclarativeFile format) {
    this.format = format;
    this.specs = format.specs();
  }

  @Override
  public void write(EntityReader reader, boolean nulls, Appendable out) {
    DeclarativeText.Document document = new DeclarativeText.Document(nulls, out);
    each(reader, document::row);
  }

  @Override
  public Imported into(EntityWriter writer, String given) {
    List<StoredEntity> stored = all(writer);
    return switch (format.readInto(given, stored)) {
      case DeclarativeResult.Refused refused ->
          new Imported.Failed(format.problems(refused, given));
      case DeclarativeResult.Loaded loaded -> new Imported.Done(write(writer, stored, loaded));
    };
  }

  /** Parents come first; rows that are the same already are left alone. */
  private int write(
      EntityWriter writer, List<StoredEntity> stored, DeclarativeResult.Loaded loaded) {
    Map<String, Map<UUID, ObjectNode>> old = new HashMap<>();
    for (StoredEntity row : stored) {
      old.computeIfAbsent(row.entity(), name -> new HashMap<>()).put(row.id(), row.body());
    }
    int written = 0;
    for (StoredEntity row : loaded.entities()) {
      @Nullable ObjectNode before = old.getOrDefault(row.entity(), Map.of()).get(row.id());
      if (!row.body().equals(before)) {
        EntitySpec spec = specs.byName(row.entity()).orElseThrow();
        writer.put(spec, row.body(), before != null, null);
        written++;
      }
    }
    return written;
  }

  private List<StoredEntity> all(EntityReader reader) {
    List<StoredEntity> all = new ArrayList<>();
    each(
        reader,
        (spec, row) -> {
          UUID id = UUID.fromString(row.get("id").stringValue());
          all.add(new StoredEntity(spec.name(), id, row));
        });
    return all;
  }

  private void each(EntityReader reader, BiConsumer<EntitySpec, ObjectNode> taker) {
    for (EntitySpec spec : specs.shown()) {
      PageQuery query = PageQuery.first(PAGE);
      while (true) {
        StoredPage page = reader.page(spec, query);
        page.rows().forEach(row -> taker.accept(spec, row));
        if (page.next() == null) {
          break;
        }
        query = query.after(page.next());
      }
    }
  }
}
