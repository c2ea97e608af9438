package io.portcullis.core.schema;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns input into entities: translates, fills in, resolves references by name, checks. What needs
 * stored rows otherwise (uniqueness, existence of references by id) is left to the caller.
 * Thread-safe; never changes its arguments; answers instead of throwing, whatever the input.
 */
public final class EntityEditor {
  private final EntitySpecs specs;
  private final InstantSource clock;
  private final Preparation preparation;

  public EntityEditor(EntitySpecs specs, InstantSource clock, RandomValues random) {
    this.specs = specs;
    this.clock = clock;
    this.preparation = new Preparation(clock, random);
  }

  /** A new row. */
  public Outcome insert(EntitySpec spec, ObjectNode input, ForeignLookup lookup) {
    return timed(spec, input, null, rest -> write(spec, rest, lookup, /* sealing= */ true));
  }

  /**
   * A new row of values as they are stored: a password, for one, is its hash already. For what was
   * read from a store, and for declarative files with {@code _transform: false}.
   */
  public Outcome insertStored(EntitySpec spec, ObjectNode input, ForeignLookup lookup) {
    ObjectNode rest = input;
    JsonNode expiry = spec.isExpiring() ? input.get(TimeToLive.EXPIRY) : null;
    if (expiry != null) {
      if (!expiry.isNull() && !expiry.isIntegralNumber()) {
        return new Outcome.Rejected(
            ApiError.schemaViolation(TimeToLive.EXPIRY, "expected an integer"));
      }
      rest = input.deepCopy();
      rest.remove(TimeToLive.EXPIRY);
    }
    Outcome outcome =
        timed(spec, rest, null, given -> write(spec, given, lookup, /* sealing= */ false));
    if (expiry != null && outcome instanceof Outcome.Accepted(ObjectNode entity)) {
      entity.set(TimeToLive.EXPIRY, expiry);
    }
    return outcome;
  }

  /**
   * A whole row in place of another, or of none: what the input leaves out gets its default, also
   * {@code created_at}.
   *
   * @param existing the row that is replaced, whose id stays
   */
  public Outcome replace(
      EntitySpec spec, @Nullable ObjectNode existing, ObjectNode input, ForeignLookup lookup) {
    ObjectNode whole = input;
    if (existing != null) {
      whole = input.deepCopy();
      whole.set("id", existing.get("id"));
    }
    return timed(spec, whole, null, rest -> write(spec, rest, lookup, /* sealing= */ true));
  }

  /** A stored row with some fields changed; records merge, everything else is replaced. */
  public Outcome update(
      EntitySpec spec, ObjectNode existing, ObjectNode patch, ForeignLookup lookup) {
    return timed(spec, patch, existing, rest -> change(spec, existing, rest, lookup));
  }

  private Outcome change(
      EntitySpec spec, ObjectNode existing, ObjectNode patch, ForeignLookup lookup) {
    ObjectNode stored = existing.deepCopy();
    if (spec.isExpiring()) {
      stored.remove(TimeToLive.EXPIRY);
    }
    Preparation.dropEchoes(spec.fieldsFor(stored), List.of(), stored);
    ObjectNode overlaid = stored.deepCopy();
    overlaid.setAll(patch);
    List<FieldSpec> fields = spec.fieldsFor(overlaid);
    Violations violations = new Violations();
    ObjectNode change = preparation.change(fields, spec.shorthands(), patch, violations);
    if (!violations.isEmpty()) {
      return rejected(violations);
    }
    derive(spec, change);
    spec.settle(change);
    ObjectNode merged = preparation.fillRecords(fields, Preparation.merge(fields, stored, change));
    spec.settle(merged);
    merged.set("id", stored.get("id"));
    return finish(spec, merged, lookup, new Given(change, stored, /* sealing= */ true));
  }

  /** Whether input would make a row, without looking at any other row. */
  public Outcome validate(EntitySpec spec, ObjectNode input) {
    ObjectNode fields = input.deepCopy().remove(spec.ignoredWhenValidated());
    return timed(spec, fields, null, rest -> validateFields(spec, rest));
  }

  private Outcome validateFields(EntitySpec spec, ObjectNode input) {
    Violations violations = new Violations();
    ObjectNode prepared =
        preparation.whole(spec.fieldsFor(input), spec.shorthands(), input, violations);
    if (!violations.isEmpty()) {
      return rejected(violations);
    }
    derive(spec, prepared);
    spec.settle(prepared);
    return check(spec, prepared, new Given(input, null, /* sealing= */ true));
  }

  /**
   * The refusal of a value by which a path names a row; empty when it is a legal lookup key.
   *
   * @param value the path's segment, decoded
   */
  public Optional<ApiError> refusalOfLookupKey(EntitySpec spec, String value) {
    Optional<String> key = spec.lookupKey();
    if (key.isEmpty()) {
      return Optional.of(ApiError.invalidPrimaryKey("id", "expected a valid UUID"));
    }
    Optional<FieldSpec> field = key.flatMap(spec::field);
    JsonNode error =
        field.isEmpty()
            ? null
            : new Validator(specs::byName, false).check(field.get(), Json.of(value));
    return error == null
        ? Optional.empty()
        : Optional.of(ApiError.invalidUnique(key.get(), Json.plain(error)));
  }

  /** A stored row as answers show it. */
  public ObjectNode shown(EntitySpec spec, ObjectNode stored) {
    return TimeToLive.shown(spec, stored, clock.instant());
  }

  /**
   * Takes the time to live, which is none of the fields, out of the input and gives it to the row.
   *
   * @param existing the row that keeps its time when the input gives none; null for a whole row
   */
  private Outcome timed(
      EntitySpec spec,
      ObjectNode input,
      @Nullable ObjectNode existing,
      Function<ObjectNode, Outcome> edit) {
    if (!spec.isExpiring()) {
      return edit.apply(input);
    }
    ObjectNode rest = input.deepCopy();
    JsonNode given = rest.remove(TimeToLive.OPTION);
    ApiError refusal = TimeToLive.refusal(given);
    if (refusal != null) {
      return new Outcome.Rejected(refusal);
    }
    Outcome outcome = edit.apply(rest);
    if (outcome instanceof Outcome.Accepted(ObjectNode entity)) {
      JsonNode kept = existing == null ? null : existing.get(TimeToLive.EXPIRY);
      if (given == null && kept != null) {
        entity.set(TimeToLive.EXPIRY, kept);
      } else {
        TimeToLive.set(entity, given, clock.instant());
      }
    }
    return outcome;
  }

  /**
   * What a write gives.
   *
   * @param stored the row that it changes; null for a whole row
   * @param sealing whether it gives fields as clients do, not as they are kept
   */
  private record Given(ObjectNode fields, @Nullable ObjectNode stored, boolean sealing) {
    boolean updating() {
      return stored != null;
    }
  }

  private Outcome write(EntitySpec spec, ObjectNode input, ForeignLookup lookup, boolean sealing) {
    Violations violations = new Violations();
    ObjectNode prepared =
        preparation.whole(spec.fieldsFor(input), spec.shorthands(), input, violations);
    if (!violations.isEmpty()) {
      return rejected(violations);
    }
    derive(spec, prepared);
    spec.settle(prepared);
    return finish(spec, prepared, lookup, new Given(input, null, sealing));
  }

  private static void derive(EntitySpec spec, ObjectNode given) {
    if (spec.derivation().isEmpty()) {
      return;
    }
    EntitySpec.Derivation derivation = spec.derivation().get();
    JsonNode source = given.get(derivation.source());
    if (source != null && source.isString()) {
      String text = derivation.text().apply(source.stringValue());
      if (text != null) {
        given.put(derivation.derived(), text);
      }
    }
  }

  private Outcome finish(EntitySpec spec, ObjectNode entity, ForeignLookup lookup, Given given) {
    ObjectNode unresolved = Json.NODES.objectNode();
    for (FieldSpec field : spec.foreigns()) {
      if (entity.get(field.name()) instanceof ObjectNode reference) {
        resolve(field, reference, entity, lookup, unresolved);
      }
    }
    if (!unresolved.isEmpty()) {
      return new Outcome.Rejected(ApiError.foreignKeysUnresolved(unresolved));
    }
    return check(spec, entity, given);
  }

  /** References by id are left as they are; others are looked up by each unique field they give. */
  private void resolve(
      FieldSpec field,
      ObjectNode reference,
      ObjectNode entity,
      ForeignLookup lookup,
      ObjectNode unresolved) {
    JsonNode id = reference.get("id");
    if (id != null && id.isString() && Validator.isUuid(id.stringValue())) {
      return;
    }
    Optional<EntitySpec> target = field.reference().flatMap(specs::byName);
    if (target.isEmpty()) {
      return;
    }
    Validator validator = new Validator(specs::byName, false);
    List<Map.Entry<String, String>> failed = new ArrayList<>();
    for (FieldSpec candidate : target.get().fields()) {
      JsonNode value = reference.get(candidate.name());
      boolean key =
          candidate.isUnique() || target.get().lookupKey().equals(Optional.of(candidate.name()));
      if (key && value != null && value.isString() && validator.check(candidate, value) == null) {
        Optional<String> found =
            lookup.idOf(target.get().name(), candidate.name(), value.stringValue());
        if (found.isPresent()) {
          ObjectNode resolved = Json.NODES.objectNode();
          resolved.put("id", found.get());
          entity.set(field.name(), resolved);
          return;
        }
        failed.add(Map.entry(candidate.name(), value.stringValue()));
      }
    }
    for (Map.Entry<String, String> entry : failed) {
      unresolved
          .withObjectProperty(field.name())
          .put(
              entry.getKey(),
              ApiError.unresolved(entry.getKey(), entry.getValue(), target.get().name()));
    }
  }

  private Outcome check(EntitySpec spec, ObjectNode entity, Given given) {
    return switch (spec.variant(entity)) {
      case EntitySpec.Variant.Unknown unknown ->
          new Outcome.Rejected(ApiError.schemaViolation(unknown.field(), unknown.message()));
      case EntitySpec.Variant.Chosen chosen -> {
        ObjectNode complete = Preparation.complete(chosen.fields(), entity);
        Violations violations = new Violations();
        new Validator(specs::byName, given.updating())
            .checkRecord(chosen.fields(), chosen.checks(), complete, violations);
        Optional<Seal> seal = given.sealing() ? spec.seal() : Optional.empty();
        seal.ifPresent(it -> it.check(given.fields(), given.stored(), complete, violations));
        if (!violations.isEmpty()) {
          yield rejected(violations);
        }
        for (FieldSpec field : spec.foreigns()) {
          if (complete.get(field.name()) instanceof ObjectNode reference) {
            ObjectNode key = Json.NODES.objectNode();
            key.set("id", reference.get("id"));
            complete.set(field.name(), key);
          }
        }
        seal.ifPresent(it -> it.apply(given.fields(), complete));
        Preparation.echo(chosen.fields(), List.of(), complete);
        yield new Outcome.Accepted(complete);
      }
    };
  }

  private static Outcome rejected(Violations violations) {
    return new Outcome.Rejected(ApiError.schemaViolation(violations));
  }
}
