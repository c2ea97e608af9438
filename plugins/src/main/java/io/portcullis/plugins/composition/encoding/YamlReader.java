package io.portcullis.plugins.composition.encoding;

import io.portcullis.plugins.composition.shape.JsonNull;
import io.portcullis.plugins.composition.shape.NumberLiteral;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads YAML into plain data. Aliases are followed as long as the whole stays of sensible size;
 * tags of programs mean nothing.
 */
final class YamlReader {
  private static final int MOST_NODES = 2_000_000;
  private static final Pattern JSON_NUMBER =
      Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");

  private int nodes;

  private YamlReader() {}

  static Object read(byte[] body) throws UnreadableAnswerException {
    LoaderOptions options = new LoaderOptions();
    options.setNestingDepthLimit(JsonReader.DEEPEST);
    options.setCodePointLimit(Integer.MAX_VALUE);
    options.setMaxAliasesForCollections(Integer.MAX_VALUE);
    try {
      Node root =
          new Yaml(options).compose(new StringReader(new String(body, StandardCharsets.UTF_8)));
      if (root == null) {
        throw new UnreadableAnswerException("EOF");
      }
      return new YamlReader().value(root, 0);
    } catch (YAMLException refused) {
      throw new UnreadableAnswerException("not YAML: " + refused.getMessage());
    }
  }

  private Object value(Node node, int depth) throws UnreadableAnswerException {
    nodes++;
    if (depth > JsonReader.DEEPEST || nodes > MOST_NODES) {
      throw new UnreadableAnswerException("YAML that is too deep or too large");
    }
    return switch (node) {
      case MappingNode mapping -> {
        Map<String, Object> object = new LinkedHashMap<>();
        for (NodeTuple member : mapping.getValue()) {
          if (member.getKeyNode() instanceof ScalarNode key) {
            object.put(key.getValue(), value(member.getValueNode(), depth + 1));
          }
        }
        yield object;
      }
      case SequenceNode sequence -> {
        List<Object> list = new ArrayList<>();
        for (Node element : sequence.getValue()) {
          list.add(value(element, depth + 1));
        }
        yield list;
      }
      case ScalarNode scalar -> scalar(scalar);
      default -> throw new UnreadableAnswerException("YAML with an unknown anchor");
    };
  }

  private static Object scalar(ScalarNode scalar) {
    String text = scalar.getValue();
    Tag tag = scalar.getTag();
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
