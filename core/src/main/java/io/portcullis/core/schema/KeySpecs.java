package io.portcullis.core.schema;

import static io.portcullis.core.schema.Fields.foreign;
import static io.portcullis.core.schema.Fields.record;
import static io.portcullis.core.schema.Fields.string;

import io.portcullis.core.tls.PrivateKeyText;
import io.portcullis.core.vault.VaultReference;
import java.security.InvalidKeyException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Asymmetric keys that plugins may use, and the sets that they are kept in. */
final class KeySpecs {
  private KeySpecs() {}

  /** Sets of keys. */
  static EntitySpec sets() {
    return EntitySpec.named("key_sets")
        .path("key-sets")
        .lookupKey("name")
        .id()
        .field(string("name").optional().unique().doc("Name of the set."))
        .tags()
        .createdAt()
        .updatedAt()
        .build();
  }

  /** Keys, each as a JWK or in PEM form. */
  static EntitySpec keys() {
    return EntitySpec.named("keys")
        .lookupKey("name")
        .id()
        .field(
            foreign("set", "key_sets")
                .optional()
                .onDelete(OnDelete.CASCADE)
                .doc("The set that it belongs to."))
        .field(string("name").optional().unique().doc("Name of the key."))
        .field(
            string("kid").required().notUnique().doc("Key id; unique within the set, or without."))
        .field(string("jwk").referenceable().encrypted().doc("The key as a JSON web key."))
        .field(
            record(
                    "pem",
                    string("private_key")
                        .optional()
                        .referenceable()
                        .encrypted()
                        .doc("Private key in PEM form."),
                    string("public_key").optional().referenceable().doc("Public key in PEM form."))
                .optional()
                .check(Checks.atLeastOneOf("private_key", "public_key"))
                .rule(KeySpecs::refusalOfPem)
                .doc("The key in PEM form."))
        .tags()
        .createdAt()
        .updatedAt()
        .check(Checks.mutuallyExclusive("jwk", "pem"))
        .check(Checks.atLeastOneOf("jwk", "pem"))
        .check(Checks.custom(List.of("jwk", "pem", "kid"), KeySpecs::checkJwk))
        .uniqueTogether("kid", "set")
        .build();
  }

  private static void checkJwk(CheckRun run) {
    Optional<String> jwk = text(run.value("jwk"));
    Optional<String> kid = text(run.value("kid"));
    if (jwk.isEmpty() || kid.isEmpty() || VaultReference.is(jwk.get())) {
      return;
    }
    String refusal = JsonWebKeys.refusal(jwk.get(), kid.get());
    if (refusal != null) {
      run.refuse(refusal);
    }
  }

  private static Optional<String> text(Optional<JsonNode> value) {
    return value
        .filter(JsonNode::isString)
        .map(JsonNode::stringValue)
        .filter(text -> !text.isEmpty());
  }

  private static @Nullable String refusalOfPem(JsonNode pem) {
    Optional<String> publicKey = text(Optional.ofNullable(pem.get("public_key")));
    if (publicKey.isPresent()
        && !VaultReference.is(publicKey.get())
        && !PemKeys.isPublicKey(publicKey.get())) {
      return "could not load public key";
    }
    Optional<String> privateKey = text(Optional.ofNullable(pem.get("private_key")));
    if (privateKey.isPresent() && !VaultReference.is(privateKey.get())) {
      try {
        PrivateKeyText.parse(privateKey.get());
      } catch (InvalidKeyException broken) {
        return "could not load private key: " + broken.getMessage();
      }
    }
    return null;
  }
}
