package io.portcullis.plugins.jwtvalidator;

import static io.portcullis.core.schema.Checks.exactlyOneOf;
import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.Types.STRING;

import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.plugins.endpoint.GoDuration;
import io.portcullis.plugins.jose.KeyIdentity;
import io.portcullis.plugins.jose.KeyLocation;
import io.portcullis.plugins.jose.SigningAlgorithm;
import java.util.stream.Stream;

/** Describes the configuration of {@code jwt-validator}. */
final class JwtValidatorFields {
  private static final int SECONDS_PER_YEAR = 31_536_000;

  private JwtValidatorFields() {}

  static PluginSpec<JwtValidatorConfig> spec() {
    return PluginSpec.of("jwt-validator", JwtValidatorConfig.class)
        .priority(1440)
        .forbid("consumer")
        .field(
            string("alg")
                .oneOf(Stream.of(SigningAlgorithm.values()).map(SigningAlgorithm::id).toArray())
                .required()
                .defaultsTo("RS256")
                .doc("The one algorithm that tokens may be signed with."))
        .fields(KeyLocation.fields())
        .field(flag("cache").doc("Whether fetched keys are kept for `cache_duration`."))
        .field(
            integer("cache_duration")
                .between(0, SECONDS_PER_YEAR)
                .required()
                .defaultsTo(900)
                .doc(
                    "Seconds that fetched keys are used, 0 for 900; they are fetched anew before."))
        .field(
            duration("failed_jwk_key_cooldown")
                .doc("How soon an unknown key may be looked for again; a second at least."))
        .field(
            string("key_identify_strategy")
                .oneOf(KeyIdentity.words())
                .required()
                .defaultsTo("kid")
                .doc("What of a token's header names the key."))
        .field(list("audience").doc("Audiences of which a token must have one."))
        .field(string("issuer").doc("The issuer that a token must have."))
        .field(list("roles").doc("Roles of which a token must have one."))
        .field(string("roles_key").required().defaultsTo("roles").doc("Claim that holds roles."))
        .field(flag("roles_key_is_nested").doc("Whether dots in `roles_key` lead into objects."))
        .field(list("scopes").doc("Scopes that a token must have."))
        .field(
            string("scopes_key")
                .required()
                .defaultsTo("scope")
                .doc("Claim that holds scopes; dots lead into objects."))
        .field(
            string("scopes_matcher")
                .oneOf("any", "all")
                .required()
                .defaultsTo("any")
                .doc("How many of `scopes` it must have."))
        .field(
            array("propagate_claims", array("", STRING).lenEq(2))
                .required()
                .defaultsToList()
                .doc("Pairs of a claim, dots leading into objects, and the header that gets it."))
        .field(
            flag("propagate_claims_preserve_array")
                .doc("Whether an array becomes a line for each element, not one with commas."))
        .field(
            string("auth_header_name")
                .required()
                .defaultsTo("Authorization")
                .doc("Header that holds a token, with `Bearer` before it or without."))
        .field(
            string("cookie_key")
                .required()
                .defaultsTo("access_token")
                .doc("Cookie that holds a token when the header does not."))
        .field(
            duration("leeway")
                .required()
                .defaultsTo("1s")
                .doc("By how much clocks may differ for `exp`, `nbf` and `iat`."))
        .field(flag("operation_debug").doc("Whether the log says why a token was refused."))
        .check(exactlyOneOf("jwk_url", "jwk_local_path"))
        .configRule(KeyLocation::refusal);
  }

  private static FieldSpec flag(String name) {
    return bool(name).required().defaultsTo(false);
  }

  private static FieldSpec list(String name) {
    return array(name, STRING).required().defaultsToList();
  }

  private static FieldSpec duration(String name) {
    return string(name)
        .rule(
            value ->
                GoDuration.parse(value.stringValue()) == null
                    ? "invalid duration: " + value.stringValue()
                    : null);
  }
}
