package io.portcullis.krakend.convert;

/** Keys of tokens' validators and signers. */
final class JwtKeys {
  static final String[] VALIDATOR = {
    "alg",
    "jwk_url",
    "jwk_local_path",
    "disable_jwk_security",
    "cache",
    "cache_duration",
    "key_identify_strategy",
    "audience",
    "issuer",
    "roles",
    "roles_key",
    "roles_key_is_nested",
    "scopes",
    "scopes_key",
    "scopes_matcher",
    "propagate_claims",
    "propagate_claims_preserve_array",
    "auth_header_name",
    "cookie_key",
    "leeway",
    "operation_debug",
    "failed_jwk_key_cooldown"
  };
  static final String[] SIGNER = {
    "alg", "kid", "typ", "jwk_url", "jwk_local_path", "disable_jwk_security", "keys_to_sign", "full"
  };

  /** Where keys are kept and how they are fetched, otherwise than here. */
  static final String[] WITHOUT_EFFECT = {
    "secret_url", "cypher_key", "jwk_local_ca", "jwk_fingerprints", "cipher_suites"
  };

  private JwtKeys() {}
}
