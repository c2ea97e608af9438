package io.portcullis.proxy.server;

import io.portcullis.proxy.routing.PathNormaliser;
import io.portcullis.proxy.wire.ClientStream;
import io.portcullis.proxy.wire.Octets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where requests come in: each becomes an exchange, or is refused before it is one. */
final class GatewayHandler implements ClientStream.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayHandler.class);
  private final Gateway gateway;

  GatewayHandler(Gateway gateway) {
    this.gateway = gateway;
  }

  @Override
  public void handle(ClientStream stream) {
    PeerLines peer = PeerLines.of(stream.connection(), gateway.settings().trusted());
    String method = stream.method();
    if (method.equals("TRACE") || method.equals("CONNECT")) {
      refuse(stream, 405, "a method that is not served");
      return;
    }
    String target = stream.target();
    String authority = stream.authority();
    if (target.charAt(0) != '/') {
      int start = authorityStart(target);
      if (start < 0) {
        refuse(stream, 400, "a target that is neither a path nor a URL");
        return;
      }
      int end = authorityEnd(target, start);
      authority = target.substring(start, end);
      if (!Octets.isHost(authority)) {
        refuse(stream, 400, "an absolute target without a host");
        return;
      }
      String rest = target.substring(end);
      target = rest.startsWith("/") ? rest : "/" + rest;
    }
    int mark = target.indexOf('?');
    String rawPath = mark < 0 ? target : target.substring(0, mark);
    String path = PathNormaliser.normalise(rawPath);
    if (path == null) {
      refuse(stream, 400, "a path that leaves the root or cannot be decoded");
      return;
    }
    PeerLines.HostName hostName = peer.hostName(authority == null ? "" : authority);
    GatewayRequest request = new GatewayRequest(stream, peer, hostName, target, rawPath, path);
    GatewayExchange exchange = new GatewayExchange(gateway, stream, peer, request);
    stream.listen(exchange);
    long limit = gateway.settings().bodyLimit();
    if (limit > 0 && stream.bodyLength() > limit) {
      exchange.refuse(413);
      return;
    }
    exchange.start();
  }

  @Override
  public void refuse(ClientStream stream, int status, String complaint) {
    LOG.debug("{} for {}: {}", status, stream.connection().peerText(), complaint);
    PeerLines peer = PeerLines.of(stream.connection(), gateway.settings().trusted());
    String authority = stream.authority();
    String target = stream.target();
    int mark = target.indexOf('?');
    String rawPath = mark < 0 ? target : target.substring(0, mark);
    GatewayRequest request =
        new GatewayRequest(
            stream,
            peer,
            peer.hostName(authority == null ? "" : authority),
            target,
            rawPath,
            rawPath);
    GatewayExchange exchange = new GatewayExchange(gateway, stream, peer, request);
    stream.listen(exchange);
    exchange.refuse(status);
  }

  /** Where the authority of an absolute target begins, or -1. */
  private static int authorityStart(String target) {
    if (target.regionMatches(true, 0, "http://", 0, 7)) {
      return target.length() > 7 ? 7 : -1;
    }
    if (target.regionMatches(true, 0, "https://", 0, 8)) {
      return target.length() > 8 ? 8 : -1;
    }
    return -1;
  }

  private static int authorityEnd(String target, int start) {
    for (int i = start; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c == '/' || c == '?') {
        return i;
      }
    }
    return target.length();
  }
}
