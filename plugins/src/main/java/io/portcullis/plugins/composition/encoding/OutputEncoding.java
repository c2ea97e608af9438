package io.portcullis.plugins.composition.encoding;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How an answer is written for the client. */
public enum OutputEncoding {
  JSON("json") {
    @Override
    public Written write(Map<String, Object> answer, @Nullable String accept) {
      return new Written(JSON_TYPE, JsonWriter.write(answer));
    }
  },
  /** The bare array of a collection. */
  JSON_COLLECTION("json-collection") {
    @Override
    public Written write(Map<String, Object> answer, @Nullable String accept) {
      Object collection = answer.get(BackendEncoding.COLLECTION);
      return new Written(JSON_TYPE, JsonWriter.write(collection == null ? List.of() : collection));
    }
  },
  /** A text as it came. */
  STRING("string") {
    @Override
    public Written write(Map<String, Object> answer, @Nullable String accept) {
      String text = answer.get(BackendEncoding.CONTENT) instanceof String content ? content : "";
      return new Written("text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }
  },
  XML("xml") {
    @Override
    public Written write(Map<String, Object> answer, @Nullable String accept) {
      return new Written("application/xml", XmlWriter.write(answer));
    }
  },
  YAML("yaml") {
    @Override
    public Written write(Map<String, Object> answer, @Nullable String accept) {
      return new Written("application/yaml; charset=utf-8", YamlWriter.write(answer));
    }
  },
  /** What the client accepts; plain text is YAML. */
  NEGOTIATE("negotiate") {
    @Override
    public Written write(Map<String, Object> answer, @Nullable String accept) {
      return negotiated(accept == null ? "" : accept).write(answer, accept);
    }
  },
  /** Status, headers and body of the one backend. */
  NO_OP("no-op") {
    @Override
    public Written write(Map<String, Object> answer, @Nullable String accept) {
      throw new IllegalStateException("such answers are not written");
    }
  };

  private static final String JSON_TYPE = "application/json; charset=utf-8";

  private final String word;

  OutputEncoding(String word) {
    this.word = word;
  }

  /** The configuration's word. */
  public String word() {
    return word;
  }

  /**
   * @throws IllegalArgumentException if no encoding has that name
   */
  public static OutputEncoding of(String word) {
    for (OutputEncoding encoding : values()) {
      if (encoding.word.equals(word)) {
        return encoding;
      }
    }
    throw new IllegalArgumentException("no output encoding: " + word);
  }

  /**
   * @param accept the client's {@code Accept}; null when it sent none
   */
  public abstract Written write(Map<String, Object> answer, @Nullable String accept);

  /** The first accepted type that is known decides. */
  private static OutputEncoding negotiated(String accept) {
    for (String range : accept.split(",", -1)) {
      int parameters = range.indexOf(';');
      String type = (parameters < 0 ? range : range.substring(0, parameters)).strip();
      switch (type) {
        case "application/xml" -> {
          return XML;
        }
        case "text/plain", "text/*", "application/x-yaml" -> {
          return YAML;
        }
        case "application/json", "application/*", "*/*", "*" -> {
          return JSON;
        }
        default -> {
          // not ours; the next one may be
        }
      }
    }
    return JSON;
  }

  /** A body and its type. The array is not copied. */
  public record Written(String contentType, byte[] body) {}
}
