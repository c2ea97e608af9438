package io.portcullis.plugins.form;

import io.portcullis.core.plugin.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Members of a request's body by name. A body that cannot be read has none. */
public sealed interface BodyArguments {
  /** What a request without a readable body has. */
  BodyArguments NONE = new None();

  /** The texts of that name, in order. */
  List<String> values(String name);

  /** The body without what has that name; null when it has nothing of it. */
  byte @Nullable [] without(String name);

  /** What the request holds, by its content type. */
  static BodyArguments of(Request request) {
    byte[] body = request.body();
    String type = request.headers().get("content-type");
    if (body == null || body.length == 0 || type == null) {
      return NONE;
    }
    String lower = type.toLowerCase(Locale.ROOT);
    if (lower.startsWith("application/x-www-form-urlencoded")) {
      return new Form(new String(body, StandardCharsets.ISO_8859_1));
    }
    if (lower.startsWith("application/json")) {
      return Json.read(body);
    }
    if (lower.startsWith("multipart/form-data")) {
      MultipartForm form = MultipartForm.read(type, body);
      return form == null ? NONE : new Multipart(form);
    }
    return NONE;
  }

  /** Nothing. */
  record None() implements BodyArguments {
    @Override
    public List<String> values(String name) {
      return List.of();
    }

    @Override
    public byte @Nullable [] without(String name) {
      return null;
    }
  }

  /** A form, in octets. */
  record Form(String text) implements BodyArguments {
    @Override
    public List<String> values(String name) {
      return FormText.values(text, name);
    }

    @Override
    public byte @Nullable [] without(String name) {
      String rest = FormText.without(text, name);
      return rest.length() == text.length() ? null : rest.getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  /** A JSON object. */
  record Json(ObjectNode object) implements BodyArguments {
    /** A list is never one key, however short it is. */
    private static final List<String> SEVERAL = List.of("", "");

    private static final ObjectMapper MAPPER =
        JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    static BodyArguments read(byte[] body) {
      try {
        return MAPPER.readTree(body) instanceof ObjectNode object ? new Json(object) : NONE;
      } catch (JacksonException unreadable) {
        return NONE;
      }
    }

    @Override
    public List<String> values(String name) {
      JsonNode value = object.get(name);
      if (value == null) {
        return List.of();
      }
      if (value.isString()) {
        return List.of(value.stringValue());
      }
      return value.isContainer() ? SEVERAL : List.of();
    }

    @Override
    public byte @Nullable [] without(String name) {
      if (!object.has(name)) {
        return null;
      }
      ObjectNode rest = object.deepCopy();
      rest.remove(name);
      return MAPPER.writeValueAsBytes(rest);
    }
  }

  /** A form of several parts. */
  record Multipart(MultipartForm form) implements BodyArguments {
    @Override
    public List<String> values(String name) {
      return form.values(name);
    }

    @Override
    public byte @Nullable [] without(String name) {
      return form.without(name);
    }
  }
}
