package io.portcullis.core.entity;

import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A name that services use as their host, behind which requests are spread over targets.
 *
 * @param hashFallback what is hashed where a request lacks {@code hashOn}
 * @param hashOnCookiePath path of the cookie that clients without one get
 * @param slots points on the ring that targets share
 * @param hostHeader Host header for targets, perhaps with a port; null for their own name
 * @param clientCertificate shown to targets; null for the service's own
 * @param stored the entity as the Admin API shows it; never changed
 */
public record Upstream(
    UUID id,
    String name,
    Algorithm algorithm,
    HashKey hashOn,
    HashKey hashFallback,
    String hashOnCookiePath,
    int slots,
    HealthChecks healthChecks,
    @Nullable String hostHeader,
    @Nullable UUID clientCertificate,
    boolean useSrvName,
    List<String> tags,
    ObjectNode stored) {
  private static final int DEFAULT_SLOTS = 10_000;

  /** How a target is chosen. */
  public enum Algorithm {
    CONSISTENT_HASHING,
    LEAST_CONNECTIONS,
    ROUND_ROBIN,
    LATENCY
  }

  /** Decodes a stored row; nulls of optional values stand for their defaults. */
  public static Upstream of(ObjectNode stored) {
    EntityDocument document = new EntityDocument(stored);
    return new Upstream(
        document.id(),
        document.string("name"),
        Algorithm.valueOf(constant(document.string("algorithm", "round-robin"))),
        key(document, "hash_on"),
        key(document, "hash_fallback"),
        document.string("hash_on_cookie_path", "/"),
        document.integer("slots", DEFAULT_SLOTS),
        HealthChecks.of(document.record("healthchecks")),
        document.optionalString("host_header"),
        document.reference("client_certificate"),
        document.bool("use_srv_name", false),
        document.strings("tags"),
        stored);
  }

  private static HashKey key(EntityDocument document, String field) {
    HashKey.Input input = HashKey.Input.valueOf(constant(document.string(field, "none")));
    return switch (input) {
      case NONE -> HashKey.NONE;
      case CONSUMER, IP, PATH -> new HashKey(input, null);
      case COOKIE -> new HashKey(input, document.optionalString("hash_on_cookie"));
      case HEADER, QUERY_ARG, URI_CAPTURE ->
          new HashKey(
              input, document.optionalString(field + "_" + input.name().toLowerCase(Locale.ROOT)));
    };
  }

  private static String constant(String word) {
    return word.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
