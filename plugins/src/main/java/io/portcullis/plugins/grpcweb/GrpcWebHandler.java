package io.portcullis.plugins.grpcweb;

import io.portcullis.core.plugin.BodyFilter;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeKey;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Reply.HeaderLine;
import io.portcullis.core.plugin.Request;
import io.portcullis.core.plugin.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Makes a gRPC call of a gRPC-Web one, and of its answer the client's form: what gRPC says in
 * trailers comes as a last frame of the body. Calls of gRPC clients pass untouched.
 */
final class GrpcWebHandler implements PluginHandler {
  private static final ExchangeKey<String> TYPE = ExchangeKey.named("grpc-web content type");
  private static final String GRPC = "application/grpc";
  private static final String TEXT = "application/grpc-web-text";
  private static final HeaderLine PLAIN = new HeaderLine("content-type", "text/plain");
  private static final Reply PREFLIGHT =
      new Reply.Exit(
          200,
          List.of(
              PLAIN,
              new HeaderLine("access-control-allow-methods", "POST"),
              new HeaderLine(
                  "access-control-allow-headers", "content-type,x-grpc-web,x-user-agent"),
              new HeaderLine("grpc-status", "0"),
              new HeaderLine("grpc-message", "OK")),
          "OK".getBytes(StandardCharsets.US_ASCII));
  private static final Reply NOT_TRANSLATED =
      new Reply.Exit(
          400,
          List.of(PLAIN),
          "transcoding requests require a .proto file defining the service"
              .getBytes(StandardCharsets.US_ASCII));

  private final boolean strippedPath;
  private final @Nullable String origin;

  GrpcWebHandler(GrpcWebConfig config) {
    this.strippedPath = Boolean.TRUE.equals(config.passStrippedPath());
    this.origin = config.allowOriginHeader();
  }

  @Override
  public boolean translatesGrpc() {
    return true;
  }

  @Override
  public Reply access(Exchange exchange) {
    Request request = exchange.request();
    if (request.method().equals("OPTIONS")) {
      return PREFLIGHT;
    }
    Headers headers = request.headers();
    String type = headers.get("content-type");
    String media = media(type);
    if (isGrpc(media) && request.httpVersion().equals("2")) {
      return Reply.NEXT;
    }
    switch (media) {
      case "application/grpc-web", "application/grpc-web+proto" -> {}
      case TEXT, "application/grpc-web-text+proto" -> request.filterBody(new Base64Input());
      default -> {
        return NOT_TRANSLATED;
      }
    }
    exchange.put(TYPE, type);
    headers.set("content-type", GRPC);
    headers.set("te", "trailers");
    if (!strippedPath) {
      request.setUpstreamPath(request.rawPath());
    }
    return Reply.NEXT;
  }

  @Override
  public void headerFilter(Exchange exchange) {
    Headers lines = exchange.response().headers();
    if (origin != null) {
      lines.set("access-control-allow-origin", origin);
    }
    String type = exchange.get(TYPE);
    if (type == null) {
      return;
    }
    if (exchange.response().source() == Response.Source.UPSTREAM
        && isGrpc(media(lines.get("content-type")))) {
      lines.set("content-type", type);
    } else {
      // An error page, or whatever it is that a target without gRPC says: nothing to translate.
      exchange.put(TYPE, null);
    }
  }

  @Override
  public @Nullable BodyFilter bodyFilter(Exchange exchange) {
    String type = exchange.get(TYPE);
    return type == null
        ? null
        : new GrpcWebOutput(exchange.response(), media(type).startsWith(TEXT));
  }

  private static boolean isGrpc(String media) {
    return media.equals(GRPC) || media.startsWith(GRPC + "+");
  }

  private static String media(@Nullable String contentType) {
    if (contentType == null) {
      return "";
    }
    int semicolon = contentType.indexOf(';');
    String media = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return media.strip().toLowerCase(Locale.ROOT);
  }
}
