package io.portcullis.plugins.jsonschema;

import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.resource.SchemaLoader;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * A JSON Schema, ready to be asked. It knows itself and the specifications' own schemas; a
 * reference to any other is refused, nothing is ever fetched. Thread-safe.
 */
public final class CompiledSchema {
  private static final SpecificationVersion UNLESS_SAID = SpecificationVersion.DRAFT_2020_12;

  private final Schema schema;

  private CompiledSchema(Schema schema) {
    this.schema = schema;
  }

  /**
   * Compiles.
   *
   * @throws IllegalArgumentException when it is no schema, or not one that stands for itself
   */
  public static CompiledSchema of(JsonNode schema) {
    try {
      SchemaRegistry registry = registry();
      List<Error> problems = specification(registry, schema).validate(schema);
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(line(problems.getFirst()));
      }
      Schema compiled = registry.getSchema(schema);
      compiled.initializeValidators();
      return new CompiledSchema(compiled);
    } catch (IllegalArgumentException refused) {
      throw refused;
    } catch (PatternSyntaxException broken) {
      throw new IllegalArgumentException("pattern: " + broken.getMessage(), broken);
    } catch (RuntimeException broken) {
      throw new IllegalArgumentException(reason(broken), broken);
    } catch (StackOverflowError endless) {
      throw new IllegalArgumentException("refers to itself without an end", endless);
    }
  }

  /**
   * Something that does not fit.
   *
   * @param pointer to it, a JSON Pointer
   */
  public record Misfit(String pointer, String message) {}

  /** All that does not fit; empty when the value does. */
  public List<Misfit> misfits(JsonNode value) {
    return problems(value).stream()
        .map(problem -> new Misfit(problem.getInstanceLocation().toString(), what(problem)))
        .toList();
  }

  /** The first thing that is wrong; empty when the value fits. */
  List<Error> firstProblem(JsonNode value) {
    return schema.validate(
        value, context -> context.executionConfig(options -> options.failFast(true)));
  }

  /** All that is wrong. */
  List<Error> problems(JsonNode value) {
    return schema.validate(value);
  }

  private static Schema specification(SchemaRegistry registry, JsonNode schema) {
    JsonNode said = schema.get("$schema");
    String dialect = said == null ? UNLESS_SAID.getDialectId() : said.asString("");
    return registry.getSchema(SchemaLocation.of(registry.getDialect(dialect).getId()));
  }

  private static SchemaRegistry registry() {
    SchemaRegistryConfig options =
        SchemaRegistryConfig.builder()
            .regularExpressionFactory(LinearPattern::of)
            .locale(Locale.ROOT)
            .build();
    SchemaLoader own = SchemaLoader.builder().allow(iri -> isSpecification(iri.toString())).build();
    return SchemaRegistry.withDefaultDialect(
        UNLESS_SAID, builder -> builder.schemaRegistryConfig(options).schemaLoader(own));
  }

  private static boolean isSpecification(String iri) {
    return iri.startsWith("http://json-schema.org/") || iri.startsWith("https://json-schema.org/");
  }

  /** Where and what, as in {@code at '/age': string found, number expected}. */
  static String line(Error problem) {
    return "at '" + problem.getInstanceLocation() + "': " + what(problem);
  }

  private static String what(Error problem) {
    return "required".equals(problem.getKeyword()) && problem.getProperty() != null
        ? "missing property '" + problem.getProperty() + "'"
        : problem.getMessage();
  }

  private static String reason(RuntimeException broken) {
    Throwable cause = broken;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null ? "a reference leads nowhere" : message;
  }
}
