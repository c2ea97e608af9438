package io.portcullis.plugins.oauth2;

import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.foreign;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.Types.STRING;

import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.OnDelete;

/** The clients of consumers, and what they are given. */
final class OAuth2Entities {
  /** Schema name of the clients. */
  static final String CLIENTS = "oauth2_credentials";

  /** Schema name of the tokens. */
  static final String TOKENS = "oauth2_tokens";

  /** Schema name of the codes that a client may have a token for. */
  static final String CODES = "oauth2_authorization_codes";

  private static final String CONFIDENTIAL = "confidential";

  private OAuth2Entities() {}

  static EntitySpec clients() {
    return EntitySpec.named(CLIENTS)
        .path("oauth2")
        .lookupKey("client_id")
        .sealedOnRequest("hash_secret", "client_secret", SecretHash::of)
        .id()
        .createdAt()
        .field(
            foreign("consumer", "consumers")
                .required()
                .onDelete(OnDelete.CASCADE)
                .doc("Whose client it is."))
        .field(string("name").required().doc("What its users know it by."))
        .field(
            string("client_id")
                .optional()
                .unique()
                .auto()
                .doc("What it calls itself; random when absent."))
        .field(
            string("client_secret")
                .optional()
                .auto()
                .encrypted()
                .doc("What it proves that with; random when absent."))
        .field(
            bool("hash_secret")
                .required()
                .defaultsTo(false)
                .doc("Whether the secret is kept and shown as a hash (PBKDF2)."))
        .field(
            array("redirect_uris", STRING.rule(uri -> RedirectUri.refusal(uri.stringValue())))
                .optional()
                .doc("Where its users may be sent back to; without them only client credentials."))
        .tags()
        .field(
            string("client_type")
                .required()
                .defaultsTo(CONFIDENTIAL)
                .oneOf(CONFIDENTIAL, "public")
                .doc("Whether it can keep a secret; a `public` one has none."))
        .build();
  }

  static EntitySpec tokens() {
    return EntitySpec.named(TOKENS)
        .lookupKey("access_token")
        .expiring()
        .id()
        .createdAt()
        .field(service())
        .field(client())
        .field(
            string("token_type")
                .required()
                .defaultsTo("bearer")
                .oneOf("bearer")
                .doc("How it is used."))
        .field(
            integer("expires_in")
                .required()
                .doc("Seconds after `created_at` that it is good for; 0 for ever."))
        .field(
            string("access_token")
                .optional()
                .unique()
                .auto()
                .doc("What requests carry; random when absent."))
        .field(string("refresh_token").optional().unique().doc("What another token is had for."))
        .field(userId())
        .field(scope())
        .build();
  }

  static EntitySpec codes() {
    return EntitySpec.named(CODES)
        .internal()
        .expiring()
        .id()
        .createdAt()
        .field(service())
        .field(client())
        .field(string("code").optional().unique().auto().doc("What a token is had for, once."))
        .field(userId())
        .field(scope())
        .field(string("challenge").optional().doc("Hash of what proves who asked (RFC 7636)."))
        .field(string("challenge_method").optional().oneOf("S256").doc("Which hash it is."))
        .field(
            foreign("plugin", "plugins")
                .defaultsTo(null)
                .onDelete(OnDelete.CASCADE)
                .doc("The configuration that gave it."))
        .build();
  }

  private static FieldSpec service() {
    return foreign("service", "services")
        .defaultsTo(null)
        .onDelete(OnDelete.CASCADE)
        .doc("The only service that it holds for; null for all with global credentials.");
  }

  private static FieldSpec client() {
    return foreign("credential", CLIENTS)
        .required()
        .onDelete(OnDelete.CASCADE)
        .doc("The client that it was given to.");
  }

  private static FieldSpec userId() {
    return string("authenticated_userid").optional().doc("The user who let the client in.");
  }

  private static FieldSpec scope() {
    return string("scope").doc("What was allowed, as words between spaces.");
  }
}
