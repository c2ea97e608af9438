package io.portcullis.plugins.jose;

import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.field;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.Types.STRING;
import static io.portcullis.core.schema.Types.URL;

import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.UpstreamCaller;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.plugins.endpoint.GoDuration;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Where a configuration says that keys are, in KrakenD's words.
 *
 * @param jwkUrl their URL; null when there is a path
 * @param jwkLocalPath a file with them
 * @param disableJwkSecurity whether they may come without TLS, and from a peer nobody vouches for
 * @param jwkLocalCa PEM file with authorities that may vouch beside the system's; null for none
 * @param jwkFingerprints SHA-256 of public keys, in base64, of which the peer's chain must have
 *     one; none for any
 * @param keyIdentifyStrategy what they are looked up by
 */
public record KeyLocation(
    @Nullable String jwkUrl,
    @Nullable String jwkLocalPath,
    boolean disableJwkSecurity,
    @Nullable String jwkLocalCa,
    List<String> jwkFingerprints,
    String keyIdentifyStrategy) {
  private static final System.Logger LOG = System.getLogger(KeyLocation.class.getName());
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  /** What describes a location in a configuration, in the order of its schema. */
  public static List<FieldSpec> fields() {
    return List.of(
        field("jwk_url", URL).doc("Where the key set (RFC 7517) is fetched."),
        string("jwk_local_path").doc("A file with the key set, read once."),
        bool("disable_jwk_security")
            .required()
            .defaultsTo(false)
            .doc("Whether `jwk_url` may be http, or https with a certificate nobody trusts."),
        string("jwk_local_ca")
            .doc(
                "A PEM file with authorities that may vouch for the host of `jwk_url`, beside"
                    + " the system's."),
        array("jwk_fingerprints", STRING)
            .required()
            .defaultsToList()
            .doc(
                "SHA-256 digests of public keys, in base64; a certificate of that host, or of"
                    + " its chain, must have one of them."));
  }

  /** Why a configuration's location cannot be used; null when it can. */
  public static @Nullable String refusal(JsonNode config) {
    String url = config.path("jwk_url").asString("");
    for (JsonNode fingerprint : config.path("jwk_fingerprints")) {
      try {
        PeerTrust.pin(fingerprint.asString(""));
      } catch (IllegalArgumentException none) {
        return "jwk_fingerprints: expected a SHA-256 digest in base64, got '"
            + fingerprint.asString("")
            + "'";
      }
    }
    boolean secure = url.isEmpty() || url.startsWith("https://");
    return secure || config.path("disable_jwk_security").asBoolean(false)
        ? null
        : "jwk_url must be https, unless disable_jwk_security is true";
  }

  /**
   * Opens the location. Without keys, because a file cannot be read, no token is ever accepted.
   *
   * @param seconds how long fetched keys may be used; a second at least
   * @param cooldown how soon an unknown key may be looked for again, as Go writes durations
   */
  public KeySource open(int seconds, @Nullable String cooldown, PluginContext context) {
    KeyIdentity identity = KeyIdentity.of(keyIdentifyStrategy);
    String url = jwkUrl;
    try {
      if (url == null) {
        return KeySource.of(Path.of(String.valueOf(jwkLocalPath)), identity);
      }
      Duration pause = cooldown == null ? null : GoDuration.parse(cooldown);
      Duration lifetime = Duration.ofSeconds(seconds);
      return new RemoteKeys(
          URI.create(url),
          !disableJwkSecurity,
          identity,
          lifetime.compareTo(SHORTEST) < 0 ? SHORTEST : lifetime,
          pause == null ? SHORTEST : pause,
          caller(context),
          context.virtualThreads(),
          System::nanoTime);
    } catch (IOException | IllegalArgumentException unreadable) {
      LOG.log(
          System.Logger.Level.ERROR,
          "keys of {0} cannot be had, so no token is accepted: {1}",
          url == null ? jwkLocalPath : url,
          unreadable.toString());
      return KeySource.of(KeySet.EMPTY);
    }
  }

  private UpstreamCaller caller(PluginContext context) throws IOException {
    if (jwkLocalCa == null && jwkFingerprints.isEmpty()) {
      return context.upstreams();
    }
    Path authority = jwkLocalCa == null ? null : Path.of(jwkLocalCa);
    return new TrustedPeerCaller(
        PeerTrust.context(authority, jwkFingerprints, !disableJwkSecurity),
        context.virtualThreads());
  }
}
