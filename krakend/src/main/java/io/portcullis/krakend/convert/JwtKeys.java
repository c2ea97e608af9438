package io.portcullis.krakend.convert;

/** Keys of tokens' validators and signers. */
final class JwtKeys {
  static final String[] VALIDATOR = {
    "alg",
    "jwk_url",
    "jwk_local_path",
    "disable_jwk_security",
    "jwk_local_ca",
    "jwk_fingerprints",
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
    "alg",
    "kid",
    "typ",
    "jwk_url",
    "jwk_local_path",
    "disable_jwk_security",
    "jwk_local_ca",
    "jwk_fingerprints",
    "keys_to_sign",
    "full"
  };

  private JwtKeys() {}

  /** Tells of what keys are protected with elsewhere, and not here. */
  static void rest(Section section) {
    section.ignore("is not supported: the file of 'jwk_local_path' is read as it is", ENCRYPTION);
    section.ignore("has no effect: connections use the suites of the Java runtime", SUITES);
    section.finish();
  }

  private static final String[] ENCRYPTION = {"secret_url", "cypher_key"};
  private static final String SUITES = "cipher_suites";
}
