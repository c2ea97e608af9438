package io.portcullis.plugins.keyauth;

import static io.portcullis.core.schema.Fields.foreign;
import static io.portcullis.core.schema.Fields.string;

import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.OnDelete;

/** The keys of consumers. */
final class KeyAuthCredentials {
  /** Schema name. */
  static final String ENTITY = "keyauth_credentials";

  private KeyAuthCredentials() {}

  static EntitySpec spec() {
    return EntitySpec.named(ENTITY)
        .path("key-auths")
        .nestedPath("key-auth")
        .lookupKey("key")
        .expiring()
        .id()
        .createdAt()
        .field(
            foreign("consumer", "consumers")
                .required()
                .onDelete(OnDelete.CASCADE)
                .doc("Whose key it is."))
        .field(
            string("key")
                .optional()
                .unique()
                .auto()
                .doc("What the consumer sends; random when absent."))
        .tags()
        .build();
  }
}
