package io.portcullis.plugins.composition.encoding;

import io.portcullis.core.plugin.UpstreamCaller.Allowance;
import io.portcullis.plugins.composition.shape.JsonNull;
import io.portcullis.plugins.composition.shape.NumberLiteral;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads YAML's first document into plain data, event by event, so that its size is known before it
 * is in memory. An alias is a copy and counts as one; tags of programs mean nothing.
 */
final class YamlReader {
  private static final String MERGE = "<<";
  private static final Pattern JSON_NUMBER =
      Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");

  private final Iterator<Event> events;
  private final Map<String, Object> anchors = new HashMap<>();
  private final ValueCount count;
  private final Resolver resolver = new Resolver();

  private YamlReader(Iterator<Event> events, Allowance memory) {
    this.events = events;
    this.count = new ValueCount(memory);
  }

  static Object read(byte[] body, Allowance memory) throws UnreadableAnswerException {
    LoaderOptions options = new LoaderOptions();
    options.setNestingDepthLimit(JsonReader.DEEPEST);
    options.setCodePointLimit(Integer.MAX_VALUE);
    try {
      StringReader text = new StringReader(new String(body, StandardCharsets.UTF_8));
      YamlReader reader = new YamlReader(new Yaml(options).parse(text).iterator(), memory);
      while (reader.events.hasNext()) {
        if (reader.events.next() instanceof NodeEvent node) {
          return reader.value(node, 0);
        }
      }
      throw new UnreadableAnswerException("EOF");
    } catch (YAMLException refused) {
      throw new UnreadableAnswerException("not YAML: " + refused.getMessage());
    }
  }

  private Object value(Event event, int depth) throws UnreadableAnswerException {
    count.one();
    if (depth > JsonReader.DEEPEST) {
      throw new UnreadableAnswerException("YAML of more than " + JsonReader.DEEPEST + " levels");
    }
    return switch (event) {
      case MappingStartEvent mapping -> anchored(mapping.getAnchor(), object(depth));
      case SequenceStartEvent sequence -> anchored(sequence.getAnchor(), list(depth));
      case ScalarEvent scalar -> anchored(scalar.getAnchor(), scalar(scalar));
      case AliasEvent alias -> {
        // What is not complete yet is not known yet, so nothing can hold itself.
        Object known = anchors.get(alias.getAnchor());
        if (known == null) {
          throw new UnreadableAnswerException("YAML with an unknown anchor");
        }
        yield copy(known);
      }
      default -> throw new UnreadableAnswerException("not YAML: unexpected " + event);
    };
  }

  private Object anchored(@Nullable String anchor, Object value) {
    if (anchor != null) {
      anchors.put(anchor, value);
    }
    return value;
  }

  private Map<String, Object> object(int depth) throws UnreadableAnswerException {
    Map<String, Object> object = new LinkedHashMap<>();
    for (Event event = events.next(); !(event instanceof MappingEndEvent); event = events.next()) {
      Object key = event instanceof ScalarEvent text ? text.getValue() : value(event, depth + 1);
      Object value = value(events.next(), depth + 1);
      if (key.equals(MERGE) && value instanceof Map<?, ?> merged) {
        merged.forEach((name, member) -> object.putIfAbsent(String.valueOf(name), member));
      } else {
        object.put(String.valueOf(key), value);
      }
    }
    return object;
  }

  private List<Object> list(int depth) throws UnreadableAnswerException {
    List<Object> list = new ArrayList<>();
    for (Event event = events.next(); !(event instanceof SequenceEndEvent); event = events.next()) {
      list.add(value(event, depth + 1));
    }
    return list;
  }

  private Object copy(Object value) throws UnreadableAnswerException {
    count.one();
    return switch (value) {
      case Map<?, ?> object -> {
        Map<String, Object> copy = new LinkedHashMap<>();
        for (Map.Entry<?, ?> member : object.entrySet()) {
          copy.put(String.valueOf(member.getKey()), copy(member.getValue()));
        }
        yield copy;
      }
      case List<?> list -> {
        List<Object> copy = new ArrayList<>(list.size());
        for (Object element : list) {
          copy.add(copy(element));
        }
        yield copy;
      }
      default -> value;
    };
  }

  private Object scalar(ScalarEvent scalar) throws UnreadableAnswerException {
    String text = count.text(scalar.getValue());
    String given = scalar.getTag();
    Tag tag =
        given == null || given.equals("!")
            ? resolver.resolve(NodeId.scalar, text, scalar.getImplicit().canOmitTagInPlainScalar())
            : new Tag(given);
    if (tag.equals(Tag.NULL)) {
      return JsonNull.NULL;
    }
    if (tag.equals(Tag.BOOL)) {
      String word = text.toLowerCase(Locale.ROOT);
      return word.equals("true") || word.equals("yes") || word.equals("on");
    }
    boolean number = tag.equals(Tag.INT) || tag.equals(Tag.FLOAT);
    return number && JSON_NUMBER.matcher(text).matches() ? new NumberLiteral(text) : text;
  }
}
