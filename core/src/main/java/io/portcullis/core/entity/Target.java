package io.portcullis.core.entity;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where an upstream's requests go.
 *
 * @param target host and port as clients of the Admin API know them; IPv6 in brackets
 * @param host name or address, without brackets
 * @param weight share of requests; 0 for none
 * @param createdAt seconds since 1970, with milliseconds
 * @param stored the entity as the Admin API shows it; never changed
 */
public record Target(
    UUID id,
    UUID upstreamId,
    String target,
    String host,
    int port,
    int weight,
    double createdAt,
    List<String> tags,
    ObjectNode stored) {
  private static final int DEFAULT_WEIGHT = 100;

  /**
   * Decodes a stored row.
   *
   * @throws IllegalArgumentException for a target without a port, or without an upstream
   */
  public static Target of(ObjectNode stored) {
    EntityDocument document = new EntityDocument(stored);
    String target = document.string("target");
    int colon = target.lastIndexOf(':');
    String host = target.substring(0, Math.max(colon, 0));
    return new Target(
        document.id(),
        upstream(document, target),
        target,
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        Integer.parseInt(target.substring(colon + 1)),
        document.integer("weight", DEFAULT_WEIGHT),
        document.number("created_at"),
        document.strings("tags"),
        stored);
  }

  private static UUID upstream(EntityDocument document, String target) {
    @Nullable UUID upstream = document.reference("upstream");
    if (upstream == null) {
      throw new IllegalArgumentException("target " + target + " has no upstream");
    }
    return upstream;
  }
}
