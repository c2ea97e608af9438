package io.portcullis.core.schema;

import static io.portcullis.core.schema.Fields.field;
import static io.portcullis.core.schema.Fields.foreign;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.number;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Targets: where an upstream's requests go. Their instants have milliseconds. */
final class TargetSpec {
  private static final String TARGET = "target";

  private TargetSpec() {}

  static EntitySpec create() {
    return EntitySpec.named("targets")
        .id()
        .field(instant("created_at", "When it was made, in seconds."))
        .field(instant("updated_at", "When it was last written, in seconds."))
        .field(
            foreign("upstream", "upstreams")
                .required()
                .onDelete(OnDelete.CASCADE)
                .doc("Whose target it is."))
        .field(
            field(TARGET, Types.text(TargetSpec::refusal))
                .required()
                .doc("Host name or address, and port; 8000 when there is none."))
        .field(
            integer("weight")
                .between(0, 65535)
                .defaultsTo(100)
                .doc("Share of requests that it gets; 0 is none."))
        .tags()
        .uniqueTogether("upstream", TARGET)
        .settled(TargetSpec::normalise)
        .build();
  }

  private static FieldSpec instant(String name, String doc) {
    return number(name).timestamp().auto().doc(doc);
  }

  private static @Nullable String refusal(String text) {
    return TargetText.normal(text).isPresent()
        ? null
        : "Invalid target ('" + text + "'); not a valid hostname or ip address";
  }

  private static void normalise(ObjectNode values) {
    @Nullable JsonNode given = values.get(TARGET);
    Optional<String> normal =
        given == null || !given.isString()
            ? Optional.empty()
            : TargetText.normal(given.stringValue());
    normal.ifPresent(text -> values.put(TARGET, text));
  }
}
