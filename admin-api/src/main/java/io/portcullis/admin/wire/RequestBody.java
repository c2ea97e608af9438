package io.portcullis.admin.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What a client sent along with POST, PUT or PATCH. */
public sealed interface RequestBody {
  /** Nothing: no content type and no bytes. */
  record Empty() implements RequestBody {}

  /** A JSON object, taken as it is. */
  record Json(ObjectNode object) implements RequestBody {}

  /** Names and values whose types the schema decides. */
  record Form(Arguments arguments) implements RequestBody {}

  /** YAML text; only {@code /config} takes it. */
  record Yaml(byte[] text) implements RequestBody {}

  /** How clients call it: the first is registered (RFC 9512). */
  List<String> YAML_TYPES =
      List.of("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml");

  /**
   * Reads a body by its content type, compared as Kong does: by prefix, with its case.
   *
   * @throws Refusal 400 for malformed JSON or too many arguments, 415 for other content types
   */
  static RequestBody read(@Nullable String contentType, byte[] body, KongJson json) {
    if (contentType == null && body.length == 0) {
      return new Empty();
    }
    String type = contentType == null ? "" : contentType;
    if (type.startsWith("application/json")) {
      return new Json(json.object(body));
    }
    if (type.startsWith("application/x-www-form-urlencoded")) {
      return new Form(Arguments.parse(PercentEncoding.octets(body)));
    }
    if (type.startsWith("multipart/form-data")) {
      return new Form(MultipartForm.parse(type, body));
    }
    for (String yaml : YAML_TYPES) {
      if (type.startsWith(yaml)) {
        return new Yaml(body);
      }
    }
    throw unsupported();
  }

  /** The answer to a content type that nothing here reads. */
  static Refusal unsupported() {
    return Refusal.message(415, "Unsupported Media Type");
  }
}
