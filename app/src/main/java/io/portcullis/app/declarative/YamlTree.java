package io.portcullis.app.declarative;

import java.io.StringReader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.events.StreamEndEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Builds a tree straight from the events of a YAML parser: only plain data comes of it, in one
 * pass. Depth and the number of values are bounded, and aliases are copied within a bound of their
 * own, so that a small text cannot become a large tree.
 */
final class YamlTree {
  private static final int MOST_VALUES = 20_000_000;
  private static final int MOST_COPIED = 500_000;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final ParserImpl events;
  private final Map<String, Anchored> anchors = new HashMap<>();
  private final Set<String> open = new HashSet<>();

  /** Names of fields occur a hundred thousand times. */
  private final Map<String, String> names = new HashMap<>();

  private int values;
  private int copied;

  /** A value that aliases may repeat, and of how many values it consists. */
  private record Anchored(JsonNode value, int size) {}

  private YamlTree(String text) {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(DocumentText.LONGEST);
    this.events = new ParserImpl(new StreamReader(new StringReader(text)), limits);
  }

  /**
   * Reads the only document of a text; null for an empty one.
   *
   * @throws UnreadableFileException when it is none, or beyond the limits
   */
  static JsonNode parse(String text) throws UnreadableFileException {
    try {
      return new YamlTree(text).document();
    } catch (MarkedYAMLException broken) {
      throw failure(broken.getProblemMark(), String.valueOf(broken.getProblem()));
    } catch (YAMLException broken) {
      throw new UnreadableFileException(firstLine(String.valueOf(broken.getMessage())));
    }
  }

  private JsonNode document() throws UnreadableFileException {
    events.getEvent(); // the stream's start
    if (events.peekEvent() instanceof StreamEndEvent) {
      return NODES.nullNode();
    }
    events.getEvent(); // the document's start
    JsonNode root = value(events.getEvent(), 0);
    events.getEvent(); // the document's end
    if (events.peekEvent() instanceof DocumentStartEvent second) {
      throw failure(second.getStartMark(), "a second document");
    }
    return root;
  }

  private JsonNode value(Event event, int depth) throws UnreadableFileException {
    if (depth > DocumentText.DEEPEST) {
      throw failure(event.getStartMark(), "nested deeper than " + DocumentText.DEEPEST + " levels");
    }
    if (++values > MOST_VALUES) {
      throw failure(event.getStartMark(), "more than " + MOST_VALUES + " values");
    }
    if (event instanceof AliasEvent alias) {
      return copy(alias);
    }
    String anchor = ((NodeEvent) event).getAnchor();
    if (anchor != null) {
      open.add(anchor);
    }
    int before = values;
    JsonNode value =
        switch (event) {
          case ScalarEvent scalar -> scalar(scalar);
          case SequenceStartEvent list -> list(list, depth);
          case MappingStartEvent map -> map(map, depth);
          default -> throw failure(event.getStartMark(), "unexpected " + event);
        };
    if (anchor != null) {
      open.remove(anchor);
      anchors.put(anchor, new Anchored(value, values - before + 1));
    }
    return value;
  }

  /** A copy, since the tree is changed later on. */
  private JsonNode copy(AliasEvent alias) throws UnreadableFileException {
    String name = alias.getAnchor();
    if (open.contains(name)) {
      throw failure(alias.getStartMark(), "'*" + name + "' stands inside the value that it names");
    }
    Anchored anchored = anchors.get(name);
    if (anchored == null) {
      throw failure(alias.getStartMark(), "'*" + name + "' names nothing");
    }
    copied += anchored.size();
    values += anchored.size() - 1;
    if (copied > MOST_COPIED) {
      throw failure(
          alias.getStartMark(), "aliases that stand for more than " + MOST_COPIED + " values");
    }
    return anchored.value().deepCopy();
  }

  private ArrayNode list(SequenceStartEvent start, int depth) throws UnreadableFileException {
    checkTag(start.getTag(), "tag:yaml.org,2002:seq", start);
    ArrayNode list = NODES.arrayNode();
    while (true) {
      Event event = events.getEvent();
      if (event instanceof SequenceEndEvent) {
        return list;
      }
      list.add(value(event, depth + 1));
    }
  }

  private ObjectNode map(MappingStartEvent start, int depth) throws UnreadableFileException {
    checkTag(start.getTag(), "tag:yaml.org,2002:map", start);
    ObjectNode map = NODES.objectNode();
    @Nullable JsonNode merged = null;
    while (true) {
      Event event = events.getEvent();
      if (event instanceof MappingEndEvent) {
        if (merged != null) {
          merge(map, merged, start);
        }
        return map;
      }
      if (!(event instanceof ScalarEvent key)) {
        throw failure(event.getStartMark(), "a name that is no plain text");
      }
      JsonNode value = value(events.getEvent(), depth + 1);
      if (key.getValue().equals("<<") && key.isPlain()) {
        merged = value;
      } else if (map.has(key.getValue())) {
        throw failure(key.getStartMark(), "'" + key.getValue() + "' is given twice");
      } else {
        map.set(names.computeIfAbsent(key.getValue(), name -> name), value);
      }
    }
  }

  /** What a mapping says itself goes before what it takes over, earlier sources before later. */
  private static void merge(ObjectNode map, JsonNode source, MappingStartEvent start)
      throws UnreadableFileException {
    if (source instanceof ArrayNode several) {
      for (JsonNode one : several) {
        merge(map, one, start);
      }
      return;
    }
    if (!(source instanceof ObjectNode object)) {
      throw failure(start.getStartMark(), "'<<' needs a mapping");
    }
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      if (!map.has(entry.getKey())) {
        map.set(entry.getKey(), entry.getValue());
      }
    }
  }

  private static JsonNode scalar(ScalarEvent scalar) throws UnreadableFileException {
    String text = scalar.getValue();
    String tag = scalar.getTag();
    if (tag == null || tag.equals("!")) {
      boolean plain = tag == null && scalar.getImplicit().canOmitTagInPlainScalar();
      return plain ? YamlScalar.implicit(text) : NODES.stringNode(text);
    }
    JsonNode value = YamlScalar.tagged(tag, text);
    if (value == null) {
      throw failure(scalar.getStartMark(), "'" + text + "' cannot be read as " + tag);
    }
    return value;
  }

  private static void checkTag(@Nullable String tag, String expected, Event event)
      throws UnreadableFileException {
    if (tag != null && !tag.equals("!") && !tag.equals(expected)) {
      throw failure(event.getStartMark(), "unsupported tag " + tag);
    }
  }

  private static UnreadableFileException failure(@Nullable Mark mark, String problem) {
    return new UnreadableFileException(
        mark == null
            ? problem
            : "line "
                + (mark.getLine() + 1)
                + ", column "
                + (mark.getColumn() + 1)
                + ": "
                + problem);
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }
}
