package io.portcullis.core.plugin;

import io.portcullis.core.entity.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Kong's rule for several authentication plugins on one route. Without an anonymous consumer each
 * must succeed; with one, a caller whom an earlier plugin recognised passes, and one whom nobody
 * recognises becomes that consumer.
 */
public final class AnonymousAccess {
  private final CredentialStore credentials;
  private final @Nullable String anonymous;

  /**
   * @param anonymous id or username of the consumer; null when callers must be recognised
   */
  public AnonymousAccess(CredentialStore credentials, @Nullable String anonymous) {
    this.credentials = credentials;
    this.anonymous = anonymous;
  }

  /** Whether nothing needs to be checked, because an earlier plugin knows who calls. */
  public boolean isSettled(Exchange exchange) {
    return anonymous != null && exchange.credential() != null;
  }

  /** What becomes of a caller whom a plugin answered so. */
  public Reply orElse(Exchange exchange, Reply reply) {
    if (anonymous == null || reply instanceof Reply.Next) {
      return reply;
    }
    Consumer consumer = credentials.consumerByIdOrUsername(anonymous);
    if (consumer == null) {
      return Reply.refuse(500, "An unexpected error occurred");
    }
    exchange.authenticate(consumer, null);
    ConsumerHeaders.anonymous(consumer).applyTo(exchange.request().headers());
    return Reply.NEXT;
  }
}
