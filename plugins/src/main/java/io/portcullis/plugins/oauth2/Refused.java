package io.portcullis.plugins.oauth2;

import org.jspecify.annotations.Nullable;

/**
 * Why a client gets no code or token.
 *
 * @param error a word of RFC 6749, or of Kong
 * @param challenge value of {@code WWW-Authenticate}, which makes it a 401; null for a 400
 */
record Refused(String error, String description, @Nullable String challenge) {
  Refused(String error, String description) {
    this(error, description, null);
  }

  static Refused invalidRequest(String description) {
    return new Refused("invalid_request", description);
  }

  static Refused invalidClient(@Nullable String challenge) {
    return new Refused("invalid_client", "Invalid client authentication", challenge);
  }

  static Refused provisionKey() {
    return new Refused("invalid_provision_key", "Invalid provision_key");
  }

  static Refused missingUser() {
    return new Refused("invalid_authenticated_userid", "Missing authenticated_userid parameter");
  }
}
