package io.portcullis.plugins.iprestriction;

import static io.portcullis.core.schema.Checks.atLeastOneOf;
import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.number;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.Types.IP_OR_CIDR;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.PluginSpec;

/** Lets client addresses through, or refuses them. */
public final class IpRestrictionPlugin implements Plugin<IpRestrictionConfig> {
  private static final PluginSpec<IpRestrictionConfig> SPEC =
      PluginSpec.of("ip-restriction", IpRestrictionConfig.class)
          .priority(990)
          .protocols("http", "https", "tcp", "tls", "grpc", "grpcs")
          .anyProtocol()
          .field(
              array("allow", IP_OR_CIDR)
                  .doc("Addresses and CIDR ranges let through; all others are refused."))
          .field(
              array("deny", IP_OR_CIDR)
                  .doc("Addresses and CIDR ranges refused; looked at before `allow`."))
          .field(number("status").optional().doc("HTTP status of a refusal; 403 when null."))
          .field(
              string("message")
                  .optional()
                  .doc("Text of a refusal; when null it names the client's address."))
          .check(atLeastOneOf("allow", "deny"));

  @Override
  public PluginSpec<IpRestrictionConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(IpRestrictionConfig config, PluginContext context) {
    return new IpRestrictionHandler(config);
  }
}
