package io.portcullis.core.entity;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which requests go to a service.
 *
 * @param paths prefixes, or regexes with a leading {@code ~}
 * @param headers header name (lower case or as stored) to accepted values
 * @param createdAt seconds since 1970
 * @param serviceId null for a route without a service
 * @param stored the entity as the Admin API shows it; never changed
 */
public record Route(
    UUID id,
    @Nullable String name,
    List<String> protocols,
    List<String> methods,
    List<String> hosts,
    List<String> paths,
    Map<String, List<String>> headers,
    List<String> snis,
    int httpsRedirectStatusCode,
    long regexPriority,
    boolean stripPath,
    boolean preserveHost,
    boolean requestBuffering,
    boolean responseBuffering,
    long createdAt,
    @Nullable UUID serviceId,
    List<String> tags,
    ObjectNode stored) {

  /** Decodes a stored row. */
  public static Route of(ObjectNode stored) {
    EntityDocument document = new EntityDocument(stored);
    return new Route(
        document.id(),
        document.optionalString("name"),
        document.strings("protocols"),
        document.strings("methods"),
        document.strings("hosts"),
        document.strings("paths"),
        document.lists("headers"),
        document.strings("snis"),
        document.integer("https_redirect_status_code", 426),
        (long) document.number("regex_priority"),
        document.bool("strip_path", true),
        document.bool("preserve_host", false),
        document.bool("request_buffering", true),
        document.bool("response_buffering", true),
        (long) document.number("created_at"),
        document.reference("service"),
        document.strings("tags"),
        stored);
  }
}
