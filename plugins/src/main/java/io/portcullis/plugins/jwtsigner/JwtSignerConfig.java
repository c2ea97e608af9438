package io.portcullis.plugins.jwtsigner;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code jwt-signer}: a signer of KrakenD in its own words.
 *
 * @param alg algorithm
 * @param kid id of the key
 * @param typ type that tokens say they are
 * @param keysToSign members of answers that become tokens
 * @param full whether tokens are in JSON serialization, else compact
 * @param jwkUrl where keys are fetched
 * @param jwkLocalPath a file of keys instead
 * @param disableJwkSecurity whether keys may come without TLS, and from a peer nobody vouches for
 * @param jwkLocalCa a file with authorities that may vouch for that peer
 * @param jwkFingerprints digests of public keys of which that peer must have one; none for any
 */
public record JwtSignerConfig(
    String alg,
    String kid,
    String typ,
    List<String> keysToSign,
    boolean full,
    @Nullable String jwkUrl,
    @Nullable String jwkLocalPath,
    boolean disableJwkSecurity,
    @Nullable String jwkLocalCa,
    List<String> jwkFingerprints) {}
