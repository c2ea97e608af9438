package io.portcullis.app.declarative;

import java.math.BigInteger;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads YAML or JSON into one tree. Only plain data is made of it; size, depth and aliases are
 * bounded, so that a small file cannot become a large one.
 */
final class YamlText {
  private static final int MOST_CHARACTERS = 256 * 1024 * 1024;
  private static final int MOST_ALIASES = 200;
  private static final int DEEPEST = 64;
  private static final int MOST_NODES = 20_000_000;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private int nodes;
  private final IdentityHashMap<Object, Boolean> open = new IdentityHashMap<>();

  private YamlText() {}

  /**
   * @throws UnreadableFileException when it is neither, or beyond the limits; the message is one
   *     line
   */
  static JsonNode parse(String text) throws UnreadableFileException {
    if (text.stripLeading().startsWith("{")) {
      try {
        return JsonMapper.builder().build().readTree(text);
      } catch (JacksonException noJson) {
        // A YAML flow mapping looks like this too.
      }
    }
    Object loaded;
    try {
      loaded = yaml().load(text);
    } catch (MarkedYAMLException broken) {
      throw new UnreadableFileException(oneLine(broken));
    } catch (YAMLException | IllegalArgumentException | StackOverflowError beyond) {
      // Scalars with an explicit type that does not fit them end in the second.
      throw new UnreadableFileException(String.valueOf(beyond.getMessage()));
    }
    return new YamlText().node(loaded, 0);
  }

  private static String oneLine(MarkedYAMLException broken) {
    String place =
        broken.getProblemMark() == null
            ? ""
            : "line "
                + (broken.getProblemMark().getLine() + 1)
                + ", column "
                + (broken.getProblemMark().getColumn() + 1)
                + ": ";
    return place + broken.getProblem();
  }

  private static Yaml yaml() {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(MOST_CHARACTERS);
    limits.setMaxAliasesForCollections(MOST_ALIASES);
    limits.setNestingDepthLimit(DEEPEST);
    limits.setAllowDuplicateKeys(false);
    limits.setAllowRecursiveKeys(false);
    DumperOptions unused = new DumperOptions();
    return new Yaml(
        new SafeConstructor(limits),
        new Representer(unused),
        unused,
        limits,
        new Resolver() {
          @Override
          protected void addImplicitResolvers() {
            // Everything but timestamps: a date in a name is text.
            addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
            addImplicitResolver(Tag.INT, INT, "-+0123456789");
            addImplicitResolver(Tag.FLOAT, FLOAT, "-+0123456789.");
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
          }
        });
  }

  private JsonNode node(@Nullable Object value, int depth) throws UnreadableFileException {
    if (++nodes > MOST_NODES || depth > DEEPEST) {
      throw new UnreadableFileException("too many or too deeply nested values");
    }
    return switch (value) {
      case null -> NODES.nullNode();
      case String text -> NODES.stringNode(text);
      case Boolean truth -> NODES.booleanNode(truth);
      case Integer number -> NODES.numberNode(number);
      case Long number -> NODES.numberNode(number);
      case BigInteger number -> NODES.numberNode(number);
      case Double number -> NODES.numberNode(number);
      case List<?> list -> list(list, depth);
      case Map<?, ?> map -> map(map, depth);
      default ->
          throw new UnreadableFileException(
              "unsupported YAML type " + value.getClass().getSimpleName());
    };
  }

  private ArrayNode list(List<?> list, int depth) throws UnreadableFileException {
    enter(list);
    ArrayNode array = NODES.arrayNode();
    for (Object item : list) {
      array.add(node(item, depth + 1));
    }
    open.remove(list);
    return array;
  }

  private ObjectNode map(Map<?, ?> map, int depth) throws UnreadableFileException {
    enter(map);
    ObjectNode object = NODES.objectNode();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      object.set(String.valueOf(entry.getKey()), node(entry.getValue(), depth + 1));
    }
    open.remove(map);
    return object;
  }

  private void enter(Object collection) throws UnreadableFileException {
    if (open.put(collection, true) != null) {
      throw new UnreadableFileException("a value contains itself");
    }
  }
}
