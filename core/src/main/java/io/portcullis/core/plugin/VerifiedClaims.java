package io.portcullis.core.plugin;

import tools.jackson.databind.JsonNode;

/** Where a plugin that verified a token leaves its claims for plugins that run later. */
public final class VerifiedClaims {
  /** The token's payload, an object that nobody changes. */
  public static final ExchangeKey<JsonNode> KEY = ExchangeKey.named("verified claims");

  private VerifiedClaims() {}
}
