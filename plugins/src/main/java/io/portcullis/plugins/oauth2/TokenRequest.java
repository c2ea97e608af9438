package io.portcullis.plugins.oauth2;

import io.portcullis.core.entity.Service;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.Request;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the endpoints need to know of a request, for another thread.
 *
 * @param authorization the header that may hold client id and secret
 * @param insecure why it counts as not sent over HTTPS; null when it was
 * @param service id of the matched route's service; null when it has none
 */
record TokenRequest(
    Parameters parameters,
    @Nullable String authorization,
    @Nullable Refused insecure,
    @Nullable UUID service) {
  static TokenRequest of(Exchange exchange, String header, boolean trustsTermination) {
    Request request = exchange.request();
    Service service = exchange.service();
    return new TokenRequest(
        Parameters.of(request),
        request.headers().get(header),
        insecure(request, trustsTermination),
        service == null ? null : service.id());
  }

  private static @Nullable Refused insecure(Request request, boolean trustsTermination) {
    if (request.scheme().equals("https")) {
      return null;
    }
    String forwarded = trustsTermination ? request.forwardedScheme() : request.scheme();
    if (forwarded.indexOf(',') >= 0) {
      return new Refused("access_denied", "Only one X-Forwarded-Proto header allowed");
    }
    return forwarded.equalsIgnoreCase("https")
        ? null
        : new Refused("access_denied", "You must use HTTPS");
  }

  /** Without the header, which may hold a secret. */
  @Override
  public String toString() {
    return "token request";
  }
}
