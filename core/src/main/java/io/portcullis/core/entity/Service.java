package io.portcullis.core.entity;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where requests are sent.
 *
 * @param host name of an upstream, host name or address
 * @param retries tries after the first one
 * @param connectTimeout milliseconds
 * @param writeTimeout milliseconds between two writes
 * @param readTimeout milliseconds between two reads
 * @param tlsVerify null means no verification
 * @param tlsVerifyDepth certificates between the target's own and a trusted one at most; null for
 *     no bound of its own
 * @param caCertificates who may vouch for targets; empty for all that this node trusts
 * @param stored the entity as the Admin API shows it; never changed
 */
public record Service(
    UUID id,
    @Nullable String name,
    String protocol,
    String host,
    int port,
    @Nullable String path,
    int retries,
    int connectTimeout,
    int writeTimeout,
    int readTimeout,
    @Nullable UUID clientCertificate,
    @Nullable Boolean tlsVerify,
    @Nullable Integer tlsVerifyDepth,
    List<UUID> caCertificates,
    boolean enabled,
    List<String> tags,
    ObjectNode stored) {
  private static final int DEFAULT_TIMEOUT = 60_000;

  /** Decodes a stored row; nulls of optional numbers stand for their defaults, as in Kong. */
  public static Service of(ObjectNode stored) {
    EntityDocument document = new EntityDocument(stored);
    return new Service(
        document.id(),
        document.optionalString("name"),
        document.string("protocol"),
        document.string("host"),
        document.integer("port", 80),
        document.optionalString("path"),
        document.integer("retries", 5),
        document.integer("connect_timeout", DEFAULT_TIMEOUT),
        document.integer("write_timeout", DEFAULT_TIMEOUT),
        document.integer("read_timeout", DEFAULT_TIMEOUT),
        document.reference("client_certificate"),
        stored.hasNonNull("tls_verify")
            ? Boolean.valueOf(document.bool("tls_verify", false))
            : null,
        stored.hasNonNull("tls_verify_depth")
            ? Integer.valueOf(document.integer("tls_verify_depth", 0))
            : null,
        document.strings("ca_certificates").stream().map(UUID::fromString).toList(),
        document.bool("enabled", true),
        document.strings("tags"),
        stored);
  }
}
