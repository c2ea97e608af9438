package io.portcullis.proxy.server;

import io.portcullis.core.plugin.Headers;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that the gateway makes by itself, in the type that the client prefers.
 * Layouts and the rules of choice are Kong's.
 *
 * @param contentType as sent; empty for gRPC
 */
record ErrorPage(String contentType, byte[] body) {
  private static final String CHARSET = "; charset=utf-8";

  /** Who makes the page, which decides what a client without a wish gets. */
  enum Producer {
    /** Routing, plugins, balancer: JSON. */
    GATEWAY,
    /** The proxying itself and the HTTP server: the request's own type, else the setting's. */
    SERVER
  }

  /**
   * @param message goes into the page as it stands, as in Kong: whoever configures a message with
   *     quotes writes it escaped
   */
  static ErrorPage of(
      String message, String requestId, Headers request, Producer producer, String defaultType) {
    String type = chosen(request, producer, defaultType);
    String text =
        switch (type) {
          case "text/html" ->
              """
              <!doctype html>
              <html>
                <head>
                  <meta charset="utf-8">
                  <title>Error</title>
                </head>
                <body>
                  <h1>Error</h1>
                  <p>\
              """
                  + message
                  + ".</p>\n    <p>request_id: "
                  + requestId
                  + "</p>\n  </body>\n</html>\n";
          case "application/xml" ->
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<error>\n  <message>"
                  + message
                  + "</message>\n  <requestid>"
                  + requestId
                  + "</requestid>\n</error>\n";
          case "text/plain" -> message + "\nrequest_id: " + requestId + "\n";
          case "application/grpc" -> "";
          default ->
              "{\n  \"message\":\"" + message + "\",\n  \"request_id\":\"" + requestId + "\"\n}";
        };
    return new ErrorPage(
        type.equals("application/grpc") ? "" : type + CHARSET,
        text.getBytes(StandardCharsets.UTF_8));
  }

  /** The message of a status when nobody has a better one. */
  static String message(int status) {
    return switch (status) {
      case 400 -> "Bad request";
      case 401 -> "Unauthorized";
      case 402 -> "Payment required";
      case 403 -> "Forbidden";
      case 404 -> "Not found";
      case 405 -> "Method not allowed";
      case 406 -> "Not acceptable";
      case 408 -> "Request timeout";
      case 409 -> "Conflict";
      case 411 -> "Length required";
      case 412 -> "Precondition failed";
      case 413 -> "Payload too large";
      case 414 -> "URI too long";
      case 415 -> "Unsupported media type";
      case 417 -> "Expectation failed";
      case 422 -> "Unprocessable entity";
      case 426 -> "Upgrade required";
      case 429 -> "Too many requests";
      case 431 -> "Request header fields too large";
      case 494 -> "Request header or cookie too large";
      case 500 -> "An unexpected error occurred";
      case 502 -> "An invalid response was received from the upstream server";
      case 503 -> "The upstream server is currently unavailable";
      case 504 -> "The upstream server is timing out";
      default -> "The upstream server responded with " + status;
    };
  }

  private static String chosen(Headers request, Producer producer, String defaultType) {
    String accept = request.get("accept");
    if (accept != null) {
      return known(preferred(accept));
    }
    if (producer == Producer.GATEWAY) {
      return "application/json";
    }
    String own = request.get("content-type");
    return known(own == null ? defaultType : withoutParameters(own));
  }

  private static String known(@Nullable String type) {
    if (type == null) {
      return "application/json";
    }
    return switch (type) {
      case "text/html", "application/xml", "text/plain", "application/grpc" -> type;
      case "text/*" -> "text/plain";
      default -> "application/json";
    };
  }

  /** The media range of the highest quality, the first among equals. */
  private static @Nullable String preferred(String accept) {
    String best = null;
    double bestQuality = -1;
    int at = 0;
    while (at <= accept.length()) {
      int comma = accept.indexOf(',', at);
      int end = comma < 0 ? accept.length() : comma;
      String range = accept.substring(at, end);
      double quality = quality(range);
      if (quality > bestQuality) {
        bestQuality = quality;
        best = withoutParameters(range);
      }
      at = end + 1;
    }
    return best;
  }

  private static double quality(String range) {
    int at = range.indexOf(';');
    while (at >= 0) {
      int end = range.indexOf(';', at + 1);
      String parameter = range.substring(at + 1, end < 0 ? range.length() : end).strip();
      if (parameter.startsWith("q=")) {
        try {
          return Double.parseDouble(parameter.substring(2).strip());
        } catch (NumberFormatException notNumber) {
          return 1;
        }
      }
      at = end;
    }
    return 1;
  }

  private static String withoutParameters(String type) {
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
  }
}
