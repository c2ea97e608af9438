package io.portcullis.plugins.responsetransformer;

import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.record;
import static io.portcullis.core.schema.Types.STRING;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.plugins.transform.HeaderEdits;
import io.portcullis.plugins.transform.MemberEdits;
import io.portcullis.plugins.transform.NamedText;

/** Changes headers and JSON bodies of answers before the client gets them. */
public final class ResponseTransformerPlugin implements Plugin<ResponseTransformerConfig> {
  private static final FieldSpec ENTRY = STRING.match("^[^:]+:.*$");

  private static final PluginSpec<ResponseTransformerConfig> SPEC =
      PluginSpec.of("response-transformer", ResponseTransformerConfig.class)
          .priority(800)
          .field(
              record(
                      "remove",
                      list("json", STRING).doc("Members to take out of the body."),
                      list("headers", STRING).doc("Headers to take out."))
                  .required()
                  .doc("What is taken out."))
          .field(
              record(
                      "rename",
                      list("json", ENTRY).doc("Members `old:new` of the body."),
                      list("headers", ENTRY).doc("Headers `old:new`."))
                  .required()
                  .doc("What gets another name."))
          .field(values("replace", "What gets another value, if it is there."))
          .field(values("add", "What is added, unless it is there."))
          .field(values("append", "What is added beside what is there."));

  @Override
  public PluginSpec<ResponseTransformerConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(ResponseTransformerConfig config, PluginContext context) {
    HeaderEdits headers =
        new HeaderEdits(
            // Kong takes name:pattern here and looks at the name alone.
            config.remove().headers().stream().map(NamedText::nameOf).toList(),
            config.rename().headers(),
            NamedText.fixed(config.replace().headers()),
            NamedText.fixed(config.add().headers()),
            NamedText.fixed(config.append().headers()));
    MemberEdits members =
        new MemberEdits(
            config.remove().json(),
            NamedText.fixed(config.rename().json()),
            TypedMembers.of(config.replace()),
            TypedMembers.of(config.add()),
            TypedMembers.of(config.append()));
    return new ResponseTransformerHandler(headers, members);
  }

  private static FieldSpec values(String name, String doc) {
    return record(
            name,
            list("json", ENTRY).doc("Members `name:value` of the body."),
            list("json_types", STRING.oneOf("boolean", "number", "string"))
                .doc("Types of the values in `json`, in the same order; strings by default."),
            list("headers", ENTRY).doc("Headers `name:value`."))
        .required()
        .doc(doc);
  }

  private static FieldSpec list(String name, FieldSpec element) {
    return array(name, element).required().defaultsToList();
  }
}
