package io.portcullis.plugins.composition.encoding;

import io.portcullis.core.plugin.UpstreamCaller.Allowance;
import io.portcullis.plugins.composition.shape.JsonNull;
import io.portcullis.plugins.composition.shape.NoObject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How a backend writes its answers. */
public enum BackendEncoding {
  /** An object, or an array if the backend is said to answer a collection. */
  JSON("json") {
    @Override
    public Map<String, Object> read(byte[] body, boolean collection, Allowance memory)
        throws UnreadableAnswerException {
      Object value = JsonReader.read(body, memory);
      if (collection) {
        if (value instanceof List<?> || value == JsonNull.NULL) {
          return single(COLLECTION, value);
        }
        throw new UnreadableAnswerException("expected an array, not " + kind(value));
      }
      return object(value);
    }
  },
  /** Any JSON. */
  SAFEJSON("safejson") {
    @Override
    public Map<String, Object> read(byte[] body, boolean collection, Allowance memory)
        throws UnreadableAnswerException {
      Object value = JsonReader.read(body, memory);
      return switch (value) {
        case Map<?, ?> _ -> object(value);
        case List<?> list -> single(COLLECTION, list);
        default -> single(CONTENT, value);
      };
    }
  },
  /** Text that is not looked into. */
  STRING("string") {
    @Override
    public Map<String, Object> read(byte[] body, boolean collection, Allowance memory)
        throws UnreadableAnswerException {
      String text = new String(body, StandardCharsets.UTF_8);
      return single(CONTENT, new ValueCount(memory).text(text));
    }
  },
  /** Elements as members. */
  XML("xml") {
    @Override
    public Map<String, Object> read(byte[] body, boolean collection, Allowance memory)
        throws UnreadableAnswerException {
      Map<String, Object> document = XmlReader.read(body, memory);
      return collection ? single(COLLECTION, document) : document;
    }
  },
  /** RSS and Atom. */
  RSS("rss") {
    @Override
    public Map<String, Object> read(byte[] body, boolean collection, Allowance memory)
        throws UnreadableAnswerException {
      return FeedReader.read(body, memory);
    }
  },
  /** A mapping, or a sequence if the backend is said to answer a collection. */
  YAML("yaml") {
    @Override
    public Map<String, Object> read(byte[] body, boolean collection, Allowance memory)
        throws UnreadableAnswerException {
      Object value = YamlReader.read(body, memory);
      if (collection && value instanceof List<?> list) {
        return single(COLLECTION, list);
      }
      return object(value);
    }
  },
  /** Octets that pass as they are. */
  NO_OP("no-op") {
    @Override
    public Map<String, Object> read(byte[] body, boolean collection, Allowance memory) {
      throw new IllegalStateException("such answers are not read");
    }
  };

  /** The member that an array becomes. */
  static final String COLLECTION = "collection";

  /** The member that a text or a single value becomes. */
  static final String CONTENT = "content";

  private final String word;

  BackendEncoding(String word) {
    this.word = word;
  }

  /** The configuration's word. */
  public String word() {
    return word;
  }

  /**
   * @throws IllegalArgumentException if no encoding has that name
   */
  public static BackendEncoding of(String word) {
    for (BackendEncoding encoding : values()) {
      if (encoding.word.equals(word)) {
        return encoding;
      }
    }
    throw new IllegalArgumentException("no encoding of backends: " + word);
  }

  /**
   * @param collection whether the answer is expected to be a list
   * @param memory for what it becomes
   * @return an object that the caller may change
   */
  public abstract Map<String, Object> read(byte[] body, boolean collection, Allowance memory)
      throws UnreadableAnswerException;

  @SuppressWarnings("unchecked") // readers make maps of these types only
  private static Map<String, Object> object(Object value) throws UnreadableAnswerException {
    if (value instanceof Map) {
      return (Map<String, Object>) value;
    }
    if (value == JsonNull.NULL) {
      return new NoObject();
    }
    throw new UnreadableAnswerException("expected an object, not " + kind(value));
  }

  private static Map<String, Object> single(String name, Object value) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put(name, value);
    return object;
  }

  private static String kind(Object value) {
    return switch (value) {
      case Map<?, ?> _ -> "an object";
      case List<?> _ -> "an array";
      case String _ -> "a string";
      case Boolean _ -> "a boolean";
      default -> "the value " + value;
    };
  }
}
