package io.portcullis.core.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The checks over several fields that Kong's schemas know, and a door for others. */
public final class Checks {
  private Checks() {}

  /** At least one is neither null nor empty. */
  public static Check atLeastOneOf(String... fields) {
    return listed(
        "at_least_one_of",
        List.of(fields),
        run -> {
          if (nonEmpty(run, fields) == 0) {
            run.refuse(
                (run.updating() ? "when updating, " : "")
                    + "at least one of these fields must be non-empty: "
                    + quoted(run, fields));
          }
        });
  }

  /** One, and only one, is neither null nor empty. */
  public static Check exactlyOneOf(String... fields) {
    return listed(
        "only_one_of",
        List.of(fields),
        run -> {
          if (nonEmpty(run, fields) != 1) {
            run.refuse("exactly one of these fields must be non-empty: " + quoted(run, fields));
          }
        });
  }

  /** Two are never set together. */
  public static Check mutuallyExclusive(String... fields) {
    return listed(
        "mutually_exclusive",
        List.of(fields),
        run -> {
          if (nonEmpty(run, fields) > 1) {
            run.refuse("only one or none of these fields must be set: " + quoted(run, fields));
          }
        });
  }

  /** All are set or none is. */
  public static Check mutuallyRequired(String... fields) {
    return listed(
        "mutually_required",
        List.of(fields),
        run -> {
          int count = nonEmpty(run, fields);
          if (count != 0 && count != fields.length) {
            run.refuse("all or none of these fields must be set: " + quoted(run, fields));
          }
        });
  }

  /** No two hold the same value; null is no value. */
  public static Check distinct(String... fields) {
    return listed(
        "distinct",
        List.of(fields),
        run -> {
          List<JsonNode> seen = new ArrayList<>();
          for (String field : fields) {
            Optional<JsonNode> value = run.value(field);
            if (value.isPresent()) {
              if (seen.stream().anyMatch(other -> Json.same(other, value.get()))) {
                run.refuse("values of these fields must be distinct: " + quoted(run, fields));
                return;
              }
              seen.add(value.get());
            }
          }
        });
  }

  /** Fields of the one set are never set together with fields of the other. */
  public static Check mutuallyExclusiveSets(List<String> one, List<String> other) {
    return new Described(
        prefix -> {
          ObjectNode sets = Json.NODES.objectNode();
          sets.set("set1", names(prefix, one));
          sets.set("set2", names(prefix, other));
          return object("mutually_exclusive_sets", sets);
        },
        run -> {
          List<String> first = one.stream().filter(run::isNonEmpty).toList();
          List<String> second = other.stream().filter(run::isNonEmpty).toList();
          if (!first.isEmpty() && !second.isEmpty()) {
            run.refuse(
                "these sets are mutually exclusive: ("
                    + quoted(run, first.toArray(String[]::new))
                    + "), ("
                    + quoted(run, second.toArray(String[]::new))
                    + ")");
          }
        });
  }

  /** When one field matches, so must another. Both matches are made by {@link Match}. */
  public static Check conditional(
      String ifField, FieldSpec ifMatch, String thenField, FieldSpec thenMatch) {
    return conditional(ifField, ifMatch, thenField, thenMatch, null);
  }

  /** The same with a message of its own for the record. */
  public static Check conditional(
      String ifField,
      FieldSpec ifMatch,
      String thenField,
      FieldSpec thenMatch,
      @Nullable String thenErr) {
    return new Described(
        prefix -> {
          ObjectNode body = Json.NODES.objectNode();
          body.put("if_field", prefix + ifField);
          body.set("if_match", SchemaJson.attributes(ifMatch));
          body.put("then_field", prefix + thenField);
          body.set("then_match", SchemaJson.attributes(thenMatch));
          if (thenErr != null) {
            body.put("then_err", thenErr);
          }
          return object("conditional", body);
        },
        run -> {
          if (run.mismatch(ifField, ifMatch) != null) {
            return;
          }
          JsonNode error = run.mismatch(thenField, thenMatch);
          if (error != null) {
            run.refuse(thenField, error);
            run.refuse(
                thenErr != null
                    ? thenErr
                    : "failed conditional validation given value of field '"
                        + run.fullName(ifField)
                        + "'");
          }
        });
  }

  /**
   * When one field matches, at least one of others is set; {@code %s} in the message stands for
   * their quoted names. Not part of schema documents.
   */
  public static Check conditionalAtLeastOneOf(
      String ifField, FieldSpec ifMatch, List<String> thenFields, String thenErr) {
    return custom(
        run -> {
          if (run.mismatch(ifField, ifMatch) == null
              && thenFields.stream().noneMatch(run::isNonEmpty)) {
            run.refuse(thenErr.replace("%s", quoted(run, thenFields.toArray(String[]::new))));
          }
        });
  }

  /** Anything else; schema documents do not mention it. */
  public static Check custom(Consumer<CheckRun> body) {
    return new Described(prefix -> null, body);
  }

  /** Anything else; schema documents name the fields that it looks at. */
  public static Check custom(List<String> fields, Consumer<CheckRun> body) {
    return custom(fields, /* runsWithMissingFields= */ false, body);
  }

  static Check custom(List<String> fields, boolean runsWithMissingFields, Consumer<CheckRun> body) {
    return new Described(
        prefix -> {
          ObjectNode description = Json.NODES.objectNode();
          description.set("field_sources", names(prefix, fields));
          if (runsWithMissingFields) {
            description.put("run_with_missing_fields", true);
          }
          return object("custom_entity_check", description);
        },
        body);
  }

  private static Check listed(String kind, List<String> fields, Consumer<CheckRun> body) {
    return new Described(prefix -> object(kind, names(prefix, fields)), body);
  }

  private static int nonEmpty(CheckRun run, String... fields) {
    int count = 0;
    for (String field : fields) {
      if (run.isNonEmpty(field)) {
        count++;
      }
    }
    return count;
  }

  private static String quoted(CheckRun run, String... fields) {
    return List.of(fields).stream()
        .map(field -> "'" + run.fullName(field) + "'")
        .collect(Collectors.joining(", "));
  }

  private static ArrayNode names(String prefix, List<String> fields) {
    ArrayNode names = Json.NODES.arrayNode();
    fields.forEach(field -> names.add(prefix + field));
    return names;
  }

  private static ObjectNode object(String key, JsonNode value) {
    ObjectNode object = Json.NODES.objectNode();
    object.set(key, value);
    return object;
  }

  private interface Description {
    @Nullable ObjectNode from(String prefix);
  }

  private record Described(Description description, Consumer<CheckRun> body) implements Check {
    @Override
    public void run(CheckRun run) {
      body.accept(run);
    }

    @Override
    public Optional<ObjectNode> describe(String prefix) {
      return Optional.ofNullable(description.from(prefix));
    }
  }
}
