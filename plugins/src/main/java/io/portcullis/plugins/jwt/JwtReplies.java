package io.portcullis.plugins.jwt;

import io.portcullis.core.plugin.Reply;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The refusals of one configuration. Those that do not depend on the token are made once. */
final class JwtReplies {
  private static final int UNAUTHORIZED = 401;

  private final String keyClaimName;
  private final Reply.HeaderLine invalidToken;

  final Reply missing;
  final Reply unrecognizable;
  final Reply several;
  final Reply noKeyClaim;
  final Reply invalidKeyClaim;
  final Reply noCredential;
  final Reply invalidAlgorithm;
  final Reply invalidKey;
  final Reply invalidSignature;
  final Reply tooLongLived;

  JwtReplies(@Nullable String realm, String keyClaimName) {
    this.keyClaimName = keyClaimName;
    String challenge = realm == null ? "Bearer" : "Bearer realm=\"" + realm + "\"";
    this.invalidToken =
        new Reply.HeaderLine("www-authenticate", challenge + " error=\"invalid_token\"");
    this.missing =
        Reply.exit(
            UNAUTHORIZED,
            json("message", "Unauthorized"),
            new Reply.HeaderLine("www-authenticate", challenge));
    this.unrecognizable = message("Unrecognizable token");
    this.several = message("Multiple tokens provided");
    this.noKeyClaim = message("No mandatory '" + keyClaimName + "' in claims");
    this.invalidKeyClaim = message("Invalid '" + keyClaimName + "' in claims");
    this.noCredential = message("No credentials found for given '" + keyClaimName + "'");
    this.invalidAlgorithm = message("Invalid algorithm");
    this.invalidKey = message("Invalid key/secret");
    this.invalidSignature = message("Invalid signature");
    this.tooLongLived = invalid(json("exp", "exceeds maximum allowed expiration"));
  }

  Reply message(String message) {
    return invalid(json("message", message));
  }

  /** A refusal for what is wrong with registered claims: a bare object, without message. */
  Reply claims(@Nullable String expiry, @Nullable String notBefore) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    if (expiry != null) {
      body.put("exp", expiry);
    }
    if (notBefore != null) {
      body.put("nbf", notBefore);
    }
    return invalid(JsonMapper.shared().writeValueAsString(body));
  }

  /** The one refusal without a challenge: the token is fine, but nobody owns its credential. */
  Reply noConsumer(String key) {
    return Reply.exit(
        UNAUTHORIZED,
        json("message", "Could not find consumer for '" + keyClaimName + "=" + key + "'"));
  }

  private Reply invalid(String json) {
    return Reply.exit(UNAUTHORIZED, json, invalidToken);
  }

  private static String json(String name, String value) {
    return JsonMapper.shared()
        .writeValueAsString(JsonNodeFactory.instance.objectNode().put(name, value));
  }
}
