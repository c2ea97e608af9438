package io.portcullis.app.declarative;

import io.portcullis.core.schema.EntitySpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a file says about itself, beside its entities.
 *
 * @param older whether its format is older than 3.0
 * @param transform whether its values are in clear, where they are stored otherwise
 * @param tags tags that every entity has: decK takes those it selected by out of the entities
 * @param defaults decK's defaults for fields that an entity leaves out, by entity
 * @param pluginConfigs decK's configurations that plugins share, by name
 */
record FileHead(
    boolean older,
    boolean transform,
    List<String> tags,
    Map<String, ObjectNode> defaults,
    Map<String, ObjectNode> pluginConfigs) {
  private static final String VERSION = "_format_version";
  private static final String TRANSFORM = "_transform";
  private static final String INFO = "_info";
  private static final String SELECT_TAGS = "select_tags";
  private static final String DEFAULTS = "defaults";
  private static final String PLUGIN_CONFIGS = "_plugin_configs";
  private static final String WORKSPACE = "_workspace";
  private static final String ONLY_WORKSPACE = "default";
  private static final Set<String> VERSIONS = Set.of("1.1", "2.1", "3.0");

  /** decK's names for the entities that may have defaults. */
  private static final Map<String, String> WITH_DEFAULTS =
      Map.of(
          "service", "services", "route", "routes", "upstream", "upstreams", "target", "targets");

  private static final Set<String> KNOWN =
      Set.of(
          VERSION,
          TRANSFORM,
          INFO,
          PLUGIN_CONFIGS,
          WORKSPACE,
          "_comment",
          "_ignore",
          "_konnect",
          // Kong's exports hold them, and they mean nothing elsewhere.
          "workspaces",
          "parameters");

  FileHead {
    tags = List.copyOf(tags);
    defaults = Map.copyOf(defaults);
    pluginConfigs = Map.copyOf(pluginConfigs);
  }

  /** Whether a top-level field belongs here. */
  static boolean has(String field) {
    return KNOWN.contains(field);
  }

  static FileHead read(ObjectNode file, ProblemTree problems) {
    String version = version(file, problems);
    JsonNode transform = file.path(TRANSFORM);
    if (!transform.isMissingNode() && !transform.isNull() && !transform.isBoolean()) {
      problems.add(Place.TOP.then(TRANSFORM), "expected a boolean");
    }
    JsonNode workspace = file.path(WORKSPACE);
    if (!workspace.asString(ONLY_WORKSPACE).equals(ONLY_WORKSPACE)) {
      problems.add(Place.TOP.then(WORKSPACE), "there is no workspace but '" + ONLY_WORKSPACE + "'");
    }
    JsonNode info = file.path(INFO);
    if (!info.isMissingNode() && !info.isNull() && !info.isObject()) {
      problems.add(Place.TOP.then(INFO), "expected a record");
    }
    return new FileHead(
        !version.equals("3.0"),
        transform.asBoolean(true),
        tags(info.path(SELECT_TAGS), problems),
        defaults(info.path(DEFAULTS)),
        objects(file.path(PLUGIN_CONFIGS), Place.TOP.then(PLUGIN_CONFIGS), problems));
  }

  private static String version(ObjectNode file, ProblemTree problems) {
    JsonNode version = file.get(VERSION);
    Place place = Place.TOP.then(VERSION);
    if (version == null || version.isNull()) {
      problems.add(place, "required field missing");
    } else if (!version.isString()) {
      problems.add(place, "expected a string");
    } else if (!VERSIONS.contains(version.stringValue())) {
      problems.add(place, "expected one of: 1.1, 2.1, 3.0");
    } else {
      return version.stringValue();
    }
    return "3.0";
  }

  private static List<String> tags(JsonNode list, ProblemTree problems) {
    List<String> tags = new ArrayList<>();
    Place place = Place.TOP.then(INFO).then(SELECT_TAGS);
    if (!list.isMissingNode() && !list.isNull() && !list.isArray()) {
      problems.add(place, "expected an array");
    }
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).isString()) {
        tags.add(list.get(i).stringValue());
      } else {
        problems.add(place.then(i), "expected a string");
      }
    }
    return tags;
  }

  private static Map<String, ObjectNode> defaults(JsonNode given) {
    Map<String, ObjectNode> defaults = new HashMap<>();
    WITH_DEFAULTS.forEach(
        (name, entity) -> {
          if (given.path(name) instanceof ObjectNode fields) {
            defaults.put(entity, fields);
          }
        });
    return defaults;
  }

  private static Map<String, ObjectNode> objects(
      JsonNode given, Place place, ProblemTree problems) {
    Map<String, ObjectNode> objects = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : given.properties()) {
      if (entry.getValue() instanceof ObjectNode object) {
        objects.put(entry.getKey(), object);
      } else {
        problems.add(place.then(entry.getKey()), "expected a record");
      }
    }
    return objects;
  }

  /** Gives an entity what the file says once for all of them. */
  void complete(EntitySpec spec, ObjectNode entity, Place place, ProblemTree problems) {
    ObjectNode missing = defaults.get(spec.name());
    if (missing != null) {
      fill(entity, missing);
    }
    if (!tags.isEmpty() && spec.field("tags").isPresent()) {
      JsonNode own = entity.path("tags");
      var all = entity.arrayNode();
      own.forEach(all::add);
      tags.forEach(all::add);
      if (own.isMissingNode() || own.isNull() || own.isArray()) {
        entity.set("tags", all);
      }
    }
    @Nullable JsonNode named = spec.name().equals("plugins") ? entity.remove("_config") : null;
    if (named == null) {
      return;
    }
    ObjectNode shared = named.isString() ? pluginConfigs.get(named.stringValue()) : null;
    if (shared == null) {
      problems.add(place.then("_config"), "no such entry in '" + PLUGIN_CONFIGS + "'");
    } else if (!entity.has("config")) {
      entity.set("config", shared.deepCopy());
    } else if (entity.get("config") instanceof ObjectNode own) {
      fill(own, shared);
    }
  }

  private static void fill(ObjectNode record, ObjectNode missing) {
    for (Map.Entry<String, JsonNode> entry : missing.properties()) {
      JsonNode own = record.get(entry.getKey());
      if (own == null) {
        record.set(entry.getKey(), entry.getValue().deepCopy());
      } else if (own instanceof ObjectNode inner && entry.getValue() instanceof ObjectNode more) {
        fill(inner, more);
      }
    }
  }
}
