package io.portcullis.plugins.oauth2;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of itself: as parameters, or as name and password of {@code Basic}.
 *
 * @param fromHeader whether the header was looked at, which decides how a wrong one is refused
 */
record ClientProof(@Nullable String id, @Nullable String secret, boolean fromHeader) {
  private static final String SCHEME = "asic";

  static ClientProof of(TokenRequest request) {
    Parameters parameters = request.parameters();
    String header = request.authorization();
    if (parameters.has("client_id") && parameters.has("client_secret")) {
      return new ClientProof(
          parameters.text("client_id"), parameters.text("client_secret"), /* fromHeader= */ false);
    }
    return header == null
        ? new ClientProof(parameters.text("client_id"), null, /* fromHeader= */ false)
        : basic(header);
  }

  private static ClientProof basic(String header) {
    int at = Math.max(header.indexOf('B' + SCHEME), header.indexOf('b' + SCHEME));
    String encoded = at < 0 ? "" : header.substring(at + SCHEME.length() + 1).strip();
    try {
      String decoded = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
      int colon = decoded.indexOf(':');
      return colon < 0
          ? new ClientProof(decoded, null, /* fromHeader= */ true)
          : new ClientProof(decoded.substring(0, colon), decoded.substring(colon + 1), true);
    } catch (IllegalArgumentException broken) {
      return new ClientProof(null, null, /* fromHeader= */ true);
    }
  }

  boolean hasSecret() {
    return secret != null && !secret.isBlank();
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "client proof";
  }
}
