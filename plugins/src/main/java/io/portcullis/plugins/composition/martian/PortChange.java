package io.portcullis.plugins.composition.martian;

import java.net.URI;
import tools.jackson.databind.JsonNode;

/** The port of a request's URL. */
final class PortChange {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;
  private static final int HIGHEST = 65_535;

  private PortChange() {}

  static Modifier of(JsonNode fields) {
    int port = fields.path("port").asInt(0);
    boolean none =
        fields.path("remove").asBoolean(false) || fields.path("defaultForScheme").asBoolean(false);
    if (!none && (port < 1 || port > HIGHEST)) {
      throw new IllegalArgumentException("parse: port.Modifier: no port");
    }
    return message -> {
      if (message instanceof Message.Outgoing request) {
        URI uri = request.uri();
        request.directTo(
            ModifierParser.uri(
                uri.getScheme(),
                none ? uri.getHost() : uri.getHost() + ':' + port,
                uri.getRawPath(),
                uri.getRawQuery()));
      }
    };
  }

  /** The port that a call goes to. */
  static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? HTTPS : HTTP;
  }
}
