package io.portcullis.plugins.iprestriction;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks the client's address up in two sets; deny wins over allow. */
final class IpRestrictionHandler implements PluginHandler {
  private static final int FORBIDDEN = 403;

  private final @Nullable CidrSet allow;
  private final @Nullable CidrSet deny;
  private final int status;
  private final @Nullable String message;

  IpRestrictionHandler(IpRestrictionConfig config) {
    this.allow = setOf(config.allow());
    this.deny = setOf(config.deny());
    Double configured = config.status();
    this.status = configured == null ? FORBIDDEN : configured.intValue();
    this.message = config.message();
  }

  @Override
  public Reply access(Exchange exchange) {
    String address = exchange.clientAddress();
    if (deny != null && deny.contains(address)) {
      return refusal(address);
    }
    if (allow != null && !allow.contains(address)) {
      return refusal(address);
    }
    // Only now: an address that a list knows needs no second reading.
    if (allow == null && !CidrSet.isAddress(address)) {
      return refusal(address);
    }
    return Reply.NEXT;
  }

  private Reply refusal(String address) {
    if (!CidrSet.isAddress(address)) {
      return Reply.refuse(
          FORBIDDEN,
          "Cannot identify the client IP address, unix domain sockets are not supported.");
    }
    return Reply.refuse(status, message != null ? message : "IP address not allowed: " + address);
  }

  private static @Nullable CidrSet setOf(@Nullable List<String> entries) {
    return entries == null || entries.isEmpty() ? null : CidrSet.of(entries);
  }
}
