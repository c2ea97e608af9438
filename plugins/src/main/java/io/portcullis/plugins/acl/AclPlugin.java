package io.portcullis.plugins.acl;

import static io.portcullis.core.schema.Checks.atLeastOneOf;
import static io.portcullis.core.schema.Checks.exactlyOneOf;
import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.foreign;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.Types.STRING;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.OnDelete;
import io.portcullis.core.schema.PluginSpec;

/** Lets consumers pass or not by the groups that they are in. */
public final class AclPlugin implements Plugin<AclConfig> {
  /** Schema name of the memberships. */
  static final String ENTITY = "acls";

  private static final EntitySpec MEMBERSHIPS =
      EntitySpec.named(ENTITY)
          .keyBelowParent("group")
          .uniqueTogether("consumer", "group")
          .id()
          .createdAt()
          .field(
              foreign("consumer", "consumers")
                  .required()
                  .onDelete(OnDelete.CASCADE)
                  .doc("Who is in the group."))
          .field(string("group").required().doc("Name of the group."))
          .tags()
          .build();

  private static final PluginSpec<AclConfig> SPEC =
      PluginSpec.of("acl", AclConfig.class)
          .priority(950)
          .forbid("consumer")
          .field(array("allow", STRING).doc("Groups that may pass; all others may not."))
          .field(array("deny", STRING).doc("Groups that may not pass; all others may."))
          .field(
              bool("hide_groups_header")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether the upstream does not get `X-Consumer-Groups`."))
          .field(
              bool("always_use_authenticated_groups")
                  .defaultsTo(false)
                  .required()
                  .doc(
                      "Whether groups that an authentication plugin found count, not the"
                          + " consumer's."))
          .check(exactlyOneOf("allow", "deny"))
          .check(atLeastOneOf("allow", "deny"))
          .credentials(MEMBERSHIPS);

  @Override
  public PluginSpec<AclConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(AclConfig config, PluginContext context) {
    return new AclHandler(config, context.credentials());
  }
}
