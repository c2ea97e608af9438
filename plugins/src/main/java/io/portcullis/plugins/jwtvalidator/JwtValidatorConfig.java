package io.portcullis.plugins.jwtvalidator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code jwt-validator}: a validator of KrakenD in its own words.
 *
 * @param alg the one algorithm that tokens may be signed with
 * @param jwkUrl where keys are fetched
 * @param jwkLocalPath a file of keys instead
 * @param disableJwkSecurity whether keys may come without TLS, and from a peer nobody vouches for
 * @param jwkLocalCa a file with authorities that may vouch for that peer
 * @param jwkFingerprints digests of public keys of which that peer must have one; none for any
 * @param cache whether fetched keys are kept for {@code cacheDuration}
 * @param cacheDuration seconds
 * @param failedJwkKeyCooldown how soon an unknown key may be asked for again, as Go writes
 *     durations
 * @param keyIdentifyStrategy what a token says of its key
 * @param audience audiences of which a token must have one; none for any
 * @param issuer the issuer that a token must have; null for any
 * @param roles roles of which a token must have one; none for any
 * @param rolesKey claim that holds roles
 * @param rolesKeyIsNested whether dots in it lead into objects
 * @param scopes scopes that a token must have; none for any
 * @param scopesKey claim that holds scopes; dots lead into objects
 * @param scopesMatcher {@code any} or {@code all} of them
 * @param propagateClaims pairs of claim and header
 * @param propagateClaimsPreserveArray whether an array becomes a header line for each element
 * @param authHeaderName header that holds a token
 * @param cookieKey cookie that holds a token when the header does not
 * @param leeway by which clocks may differ, as Go writes durations
 * @param operationDebug whether the log says why a token was refused
 */
public record JwtValidatorConfig(
    String alg,
    @Nullable String jwkUrl,
    @Nullable String jwkLocalPath,
    boolean disableJwkSecurity,
    @Nullable String jwkLocalCa,
    List<String> jwkFingerprints,
    boolean cache,
    int cacheDuration,
    @Nullable String failedJwkKeyCooldown,
    String keyIdentifyStrategy,
    List<String> audience,
    @Nullable String issuer,
    List<String> roles,
    String rolesKey,
    boolean rolesKeyIsNested,
    List<String> scopes,
    String scopesKey,
    String scopesMatcher,
    List<List<String>> propagateClaims,
    boolean propagateClaimsPreserveArray,
    String authHeaderName,
    String cookieKey,
    String leeway,
    boolean operationDebug) {}
