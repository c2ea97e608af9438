package io.portcullis.krakend.file;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
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

/**
 * Reads YAML from the events of its parser. Values are shared where aliases repeat them, within a
 * bound of what they would be if written out. For one thread.
 */
final class YamlText {
  private static final String TAG = "tag:yaml.org,2002:";

  private final String file;
  private final ParserImpl events;
  private final Map<String, Anchored> anchors = new HashMap<>();
  private final Set<String> open = new HashSet<>();
  private int values;
  private int copied;

  /** A value that aliases may repeat, and of how many values it consists. */
  private record Anchored(Value value, int size) {}

  YamlText(String file, String text) {
    this.file = file;
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(Limits.LONGEST);
    limits.setNestingDepthLimit(2 * Limits.DEEPEST);
    this.events = new ParserImpl(new StreamReader(new StringReader(text)), limits);
  }

  Value read() throws UnreadableConfigurationException {
    try {
      return document();
    } catch (MarkedYAMLException broken) {
      throw failure(broken.getProblemMark(), String.valueOf(broken.getProblem()));
    } catch (YAMLException broken) {
      throw failure(null, String.valueOf(broken.getMessage()));
    }
  }

  private Value document() throws UnreadableConfigurationException {
    events.getEvent(); // the stream's start
    if (events.peekEvent() instanceof StreamEndEvent) {
      throw failure(null, "the file is empty");
    }
    events.getEvent(); // the document's start
    Value root = value(events.getEvent(), 0);
    events.getEvent(); // the document's end
    if (events.peekEvent() instanceof DocumentStartEvent second) {
      throw failure(second.getStartMark(), "a second document");
    }
    return root;
  }

  private Value value(Event event, int depth) throws UnreadableConfigurationException {
    if (depth > Limits.DEEPEST) {
      throw failure(event.getStartMark(), "nested deeper than " + Limits.DEEPEST + " levels");
    }
    if (++values > Limits.MOST_VALUES) {
      throw failure(event.getStartMark(), "more than " + Limits.MOST_VALUES + " values");
    }
    if (event instanceof AliasEvent alias) {
      return repeated(alias);
    }
    String anchor = ((NodeEvent) event).getAnchor();
    if (anchor != null) {
      open.add(anchor);
    }
    int before = values;
    Value value =
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

  private Value repeated(AliasEvent alias) throws UnreadableConfigurationException {
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
    if (copied > Limits.MOST_COPIED) {
      throw failure(
          alias.getStartMark(),
          "aliases that stand for more than " + Limits.MOST_COPIED + " values");
    }
    return anchored.value();
  }

  private Value list(SequenceStartEvent start, int depth) throws UnreadableConfigurationException {
    checkTag(start.getTag(), "seq", start);
    List<Value> items = new ArrayList<>();
    while (true) {
      Event event = events.getEvent();
      if (event instanceof SequenceEndEvent) {
        return new Value.Items(items, position(start.getStartMark()));
      }
      items.add(value(event, depth + 1));
    }
  }

  private Value map(MappingStartEvent start, int depth) throws UnreadableConfigurationException {
    checkTag(start.getTag(), "map", start);
    Map<String, Value.Member> members = new LinkedHashMap<>();
    List<Value> merged = new ArrayList<>();
    while (true) {
      Event event = events.getEvent();
      if (event instanceof MappingEndEvent) {
        for (Value source : merged) {
          merge(members, source);
        }
        return new Value.Fields(members, position(start.getStartMark()));
      }
      if (!(event instanceof ScalarEvent key)) {
        throw failure(event.getStartMark(), "a name that is no plain text");
      }
      String name = key.getValue();
      Value value = value(events.getEvent(), depth + 1);
      if (name.equals("<<") && key.isPlain()) {
        merged.add(value);
      } else if (members.containsKey(name)) {
        throw failure(key.getStartMark(), "'" + name + "' is given twice");
      } else {
        members.put(name, new Value.Member(name, position(key.getStartMark()), value));
      }
    }
  }

  /** What a mapping says itself goes before what it takes over, earlier sources before later. */
  private void merge(Map<String, Value.Member> members, Value source)
      throws UnreadableConfigurationException {
    switch (source) {
      case Value.Items(List<Value> several, Position _) -> {
        for (Value one : several) {
          merge(members, one);
        }
      }
      case Value.Fields fields -> fields.members().forEach(members::putIfAbsent);
      default ->
          throw new UnreadableConfigurationException(file, source.at(), "'<<' needs a mapping");
    }
  }

  private Value scalar(ScalarEvent scalar) throws UnreadableConfigurationException {
    Position at = position(scalar.getStartMark());
    String text = scalar.getValue();
    String tag = scalar.getTag();
    if (tag == null && scalar.getImplicit().canOmitTagInPlainScalar()) {
      return PlainScalar.value(text, at);
    }
    if (tag == null || tag.equals("!") || tag.equals(TAG + "str")) {
      return new Value.Text(text, at);
    }
    Value value = PlainScalar.value(text, at);
    boolean fits =
        switch (tag.startsWith(TAG) ? tag.substring(TAG.length()) : "") {
          case "int", "float" -> value instanceof Value.Numeric;
          case "bool" -> value instanceof Value.Truth;
          case "null" -> value instanceof Value.Nothing;
          default -> false;
        };
    if (!fits) {
      throw failure(scalar.getStartMark(), "'" + text + "' cannot be read as " + tag);
    }
    return value;
  }

  private void checkTag(@Nullable String tag, String expected, Event event)
      throws UnreadableConfigurationException {
    if (tag != null && !tag.equals("!") && !tag.equals(TAG + expected)) {
      throw failure(event.getStartMark(), "unsupported tag " + tag);
    }
  }

  private UnreadableConfigurationException failure(@Nullable Mark mark, String problem) {
    int end = problem.indexOf('\n');
    return new UnreadableConfigurationException(
        file,
        mark == null ? Position.START : position(mark),
        end < 0 ? problem : problem.substring(0, end));
  }

  private static Position position(Mark mark) {
    return new Position(mark.getLine() + 1, mark.getColumn() + 1);
  }
}
