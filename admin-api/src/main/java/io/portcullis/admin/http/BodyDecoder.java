package io.portcullis.admin.http;

import io.portcullis.admin.wire.Arguments;
import io.portcullis.admin.wire.KongJson;
import io.portcullis.admin.wire.PercentEncoding;
import io.portcullis.admin.wire.Refusal;
import io.portcullis.admin.wire.RequestBody;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.FormDecoder;
import io.portcullis.core.schema.FormPair;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes an entity's JSON of any body: JSON is taken as it is, forms by the entity's spec. */
final class BodyDecoder {
  /** No field of any entity lies deeper, and decoding recurses. */
  private static final int MAX_NESTING = 32;

  /** Without fields, so that every text of a form stays text. */
  private static final EntitySpec UNTYPED = EntitySpec.named("untyped").build();

  private final FormDecoder forms;

  BodyDecoder(EntitySpecs specs) {
    this.forms = new FormDecoder(specs);
  }

  /**
   * The input for an entity; the caller may change it.
   *
   * @param stored the row that a PATCH changes, whose plugin name decides on types
   * @throws Refusal 400 for text that is not UTF-8, 415 for YAML
   */
  ObjectNode decode(EntitySpec spec, RequestBody body, @Nullable ObjectNode stored) {
    return switch (body) {
      case RequestBody.Empty() -> JsonNodeFactory.instance.objectNode();
      case RequestBody.Json(ObjectNode object) -> object;
      case RequestBody.Form(Arguments arguments) -> form(spec, arguments, stored);
      case RequestBody.Yaml(byte[] ignored) -> throw RequestBody.unsupported();
    };
  }

  /** The input with a form's texts as they are, which is how Kong validates without storing. */
  ObjectNode undecoded(RequestBody body) {
    return decode(UNTYPED, body, null);
  }

  private ObjectNode form(EntitySpec spec, Arguments arguments, @Nullable ObjectNode stored) {
    List<FormPair> pairs = new ArrayList<>(arguments.pairs().size());
    for (Arguments.Argument argument : arguments.pairs()) {
      if (!PercentEncoding.isWellFormed(argument.name())
          || !PercentEncoding.isWellFormed(argument.value())) {
        throw Refusal.message(400, "Cannot parse form body: not UTF-8");
      }
      if (nesting(argument.name()) > MAX_NESTING) {
        throw Refusal.message(400, "Cannot parse form body: a name is nested too deeply");
      }
      pairs.add(new FormPair(argument.name(), argument.bare() ? null : argument.value()));
    }
    ObjectNode decoded = forms.decode(spec, pairs, stored);
    if (!KongJson.isStorable(decoded)) {
      throw Refusal.message(400, "Cannot parse form body: not UTF-8, or a number too large");
    }
    return decoded;
  }

  private static int nesting(String name) {
    int depth = 0;
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) == '.' || name.charAt(i) == '[') {
        depth++;
      }
    }
    return depth;
  }
}
