package io.portcullis.plugins.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import io.portcullis.core.log.FieldLanguage;
import io.portcullis.plugins.expression.CelLanguage;
import io.portcullis.plugins.expression.CelValues;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The Common Expression Language: {@code cel:request.headers['user-agent']}. Variables are the
 * members of the entry; objects that an entry lacks are empty, so that {@code has} can ask for
 * their members. An expression does no I/O and ends: loops are over what is there, and bounded.
 */
public final class CelFields implements FieldLanguage {
  private static final CelType OBJECT = MapType.create(SimpleType.STRING, SimpleType.DYN);

  private final Map<String, CelType> variables = variables();
  private final CelLanguage language = new CelLanguage(variables);

  /** Found through {@link java.util.ServiceLoader}. */
  public CelFields() {}

  @Override
  public String mark() {
    return "cel";
  }

  @Override
  public Formula compile(String expression) {
    CelRuntime.Program program = language.compile(expression);
    return entry -> value(program, entry);
  }

  private @Nullable JsonNode value(CelRuntime.Program program, ObjectNode entry) {
    try {
      Object value = program.eval(name -> variable(entry, name));
      return CelValues.toJson(value);
    } catch (CelEvaluationException | ClassCastException | ArithmeticException failed) {
      throw new IllegalArgumentException(CelLanguage.oneLine(failed));
    }
  }

  private Optional<Object> variable(ObjectNode entry, String name) {
    CelType type = variables.get(name);
    if (type == null) {
      return Optional.empty();
    }
    JsonNode member = entry.get(name);
    if (member != null) {
      return Optional.of(CelValues.of(member));
    }
    return Optional.of(type.equals(OBJECT) ? Map.of() : type instanceof ListType ? List.of() : "");
  }

  private static Map<String, CelType> variables() {
    Map<String, CelType> variables = new LinkedHashMap<>();
    for (String object :
        new String[] {
          "request", "response", "latencies", "authenticated_entity", "route", "service", "consumer"
        }) {
      variables.put(object, OBJECT);
    }
    variables.put("tries", ListType.create(SimpleType.DYN));
    for (String text :
        new String[] {
          "upstream_uri", "upstream_status", "client_ip", "source", "workspace", "workspace_name"
        }) {
      variables.put(text, SimpleType.STRING);
    }
    variables.put("started_at", SimpleType.INT);
    return Map.copyOf(variables);
  }
}
