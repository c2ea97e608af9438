package io.portcullis.plugins.oauth2;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Proof that the client which brings a code is the one that had asked for it (RFC 7636). */
final class CodeChallenge {
  /** The one method there is; {@code plain} is refused, as Kong refuses it. */
  static final String METHOD = "S256";

  private static final int SHORTEST = 43;
  private static final int LONGEST = 128;

  private CodeChallenge() {}

  /** Why a request to authorize has no legal challenge; null when it has one, or none at all. */
  static @Nullable Refused refusal(Parameters parameters) {
    boolean challenge = parameters.has("code_challenge");
    if (parameters.has("code_challenge_method") && !challenge) {
      return Refused.invalidRequest("code_challenge is required when code_method is present");
    }
    if (!challenge) {
      return null;
    }
    if (parameters.text("code_challenge") == null) {
      return Refused.invalidRequest("code_challenge must be a string");
    }
    String method = parameters.text("code_challenge_method");
    if (parameters.has("code_challenge_method")
        && (method == null || !method.toUpperCase(Locale.ROOT).equals(METHOD))) {
      return Refused.invalidRequest("code_challenge_method is not supported, must be S256");
    }
    return null;
  }

  /** The challenge in base64url without padding, where it is base64 at all. */
  static String normal(String challenge) {
    try {
      String url = challenge.replace('+', '-').replace('/', '_');
      byte[] octets = Base64.getUrlDecoder().decode(url);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    } catch (IllegalArgumentException none) {
      return challenge;
    }
  }

  /** Why a request for a token does not answer the challenge; null when it does. */
  static @Nullable Refused unanswered(Parameters parameters, @Nullable String challenge) {
    if (!parameters.has("code_verifier")) {
      return Refused.invalidRequest("code_verifier is required for PKCE authorization requests");
    }
    String verifier = parameters.text("code_verifier");
    if (verifier == null) {
      return Refused.invalidRequest("code_verifier is not a string");
    }
    byte[] octets = verifier.getBytes(StandardCharsets.UTF_8);
    if (octets.length < SHORTEST || octets.length > LONGEST) {
      return Refused.invalidRequest("code_verifier must be between 43 and 128 characters");
    }
    boolean answered = challenge != null && Secrets.same(hash(octets), challenge);
    return answered ? null : new Refused("invalid_grant", "Invalid code");
  }

  private static String hash(byte[] verifier) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every Java platform has it
    }
  }
}
