package io.portcullis.admin.http;

import io.portcullis.admin.wire.PercentEncoding;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.ForeignLookup;
import java.util.Optional;

/** Resolves references by name against what is stored. */
final class StoredReferences implements ForeignLookup {
  private final EntitySpecs specs;
  private final EntityReader reader;

  StoredReferences(EntitySpecs specs, EntityReader reader) {
    this.specs = specs;
    this.reader = reader;
  }

  @Override
  public Optional<String> idOf(String entity, String field, String value) {
    if (value.indexOf('\0') >= 0 || !PercentEncoding.isWellFormed(value)) {
      return Optional.empty();
    }
    return specs
        .byName(entity)
        .flatMap(spec -> reader.findBy(spec, field, value))
        .map(row -> row.get("id").stringValue());
  }
}
