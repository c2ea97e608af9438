package io.portcullis.core.schema;

import static io.portcullis.core.schema.Fields.field;
import static io.portcullis.core.schema.Fields.foreign;
import static io.portcullis.core.schema.Fields.string;

/** Keys and secrets with which consumers' tokens are verified; the jwt plugin lists this. */
public final class JwtCredentials {
  private JwtCredentials() {}

  /** Describes {@code jwt_secrets}. */
  public static EntitySpec spec() {
    return EntitySpec.named("jwt_secrets")
        .path("jwts")
        .nestedPath("jwt")
        .lookupKey("key")
        .id()
        .createdAt()
        .field(
            foreign("consumer", "consumers")
                .required()
                .onDelete(OnDelete.CASCADE)
                .doc("Whose tokens these are."))
        .field(
            string("key")
                .optional()
                .unique()
                .auto()
                .doc("Value of the claim that names this credential; random when absent."))
        .field(string("secret").auto().doc("Shared secret of HS algorithms; random when absent."))
        .field(field("rsa_public_key", Types.STRING).doc("Public key in PEM for the others."))
        .field(
            string("algorithm")
                .oneOf(
                    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512",
                    "PS256", "PS384", "PS512", "EdDSA")
                .defaultsTo("HS256")
                .doc("The one algorithm that tokens may be signed with."))
        .tags()
        .check(
            Checks.conditional(
                "algorithm",
                Match.matchesAny(
                    "^RS256$", "^RS384$", "^RS512$", "^PS256$", "^PS384$", "^PS512$", "^EdDSA$"),
                "rsa_public_key",
                Match.required().rule(PemKeys::refusal)))
        .build();
  }
}
