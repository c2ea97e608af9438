package io.portcullis.proxy.server;

import io.portcullis.core.plugin.BodyFilter;
import io.portcullis.core.plugin.Connection;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Request;
import io.portcullis.proxy.routing.RouteQuery;
import io.portcullis.proxy.wire.ClientConnection;
import io.portcullis.proxy.wire.ClientStream;
import io.portcullis.proxy.wire.FixedLine;
import io.portcullis.proxy.wire.Octets;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The request as routing and plugins see it. */
final class GatewayRequest implements Request, RouteQuery {
  private final ClientStream stream;
  private final PeerLines peer;
  private final PeerLines.HostName hostName;
  private final Headers headers;
  private final String target;
  private final String rawPath;
  private final String path;

  /** Which of its connection's requests it is, from 1. */
  private final long turn;

  private String method;
  private @Nullable String query;
  private @Nullable String upstreamPath;
  private @Nullable FixedLine upstreamHost;
  private long bodyLimit = Long.MAX_VALUE;
  private Reply.@Nullable Refusal tooLong;
  private Map<String, String> captures = Map.of();
  private byte @Nullable [] body;
  private @Nullable BodyFilter filter;

  /**
   * @param target path and query, as sent
   * @param rawPath the first part of it
   * @param path its normal form
   */
  GatewayRequest(
      ClientStream stream,
      PeerLines peer,
      PeerLines.HostName hostName,
      String target,
      String rawPath,
      String path) {
    this.stream = stream;
    this.peer = peer;
    this.hostName = hostName;
    this.headers = stream.headers();
    this.method = stream.method();
    this.target = target;
    this.rawPath = rawPath;
    this.path = path;
    this.turn = peer.nextRequest();
    this.query =
        target.length() == rawPath.length() ? null : target.substring(rawPath.length() + 1);
  }

  PeerLines.HostName hostName() {
    return hostName;
  }

  void captures(Map<String, String> found) {
    captures = found;
  }

  @Nullable String upstreamPath() {
    return upstreamPath;
  }

  /** The {@code Host} line that a plugin asked for; null when none did. */
  @Nullable FixedLine upstreamHost() {
    return upstreamHost;
  }

  /** The body that a plugin asked for, before it sees it. */
  void collected(byte[] whole) {
    body = whole;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public void setMethod(String changed) {
    method = changed;
  }

  @Override
  public String scheme() {
    return peer.scheme;
  }

  @Override
  public boolean secure() {
    return stream.connection().isSecure();
  }

  @Override
  public @Nullable String sni() {
    return stream.connection().serverName();
  }

  @Override
  public String httpVersion() {
    return stream.version();
  }

  @Override
  public String host() {
    return hostName.host();
  }

  @Override
  public int port() {
    return hostName.port() == 0 ? listenerPort() : hostName.port();
  }

  @Override
  public String forwardedScheme() {
    String forwarded = peer.trusted ? headers.get("x-forwarded-proto") : null;
    return forwarded == null ? peer.scheme : forwarded;
  }

  /** Host that a redirect should name. */
  String forwardedHost() {
    String forwarded = peer.trusted ? headers.get("x-forwarded-host") : null;
    return forwarded == null ? hostName.host() : forwarded;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public String rawTarget() {
    return target;
  }

  @Override
  public String rawPath() {
    return rawPath;
  }

  @Override
  public @Nullable String rawQuery() {
    return query;
  }

  @Override
  public void setRawQuery(@Nullable String changed) {
    query = changed;
  }

  @Override
  public List<String> queryValues(String name) {
    String text = query;
    if (text == null) {
      return List.of();
    }
    List<String> values = new ArrayList<>(2);
    for (int at = 0; at <= text.length(); ) {
      int end = text.indexOf('&', at);
      end = end < 0 ? text.length() : end;
      int equals = text.indexOf('=', at);
      if (equals >= at && equals < end && decoded(text, at, equals).equals(name)) {
        values.add(decoded(text, equals + 1, end));
      }
      at = end + 1;
    }
    return values;
  }

  @Override
  public boolean hasBareQueryArgument(String name) {
    String text = query;
    if (text == null) {
      return false;
    }
    for (int at = 0; at <= text.length(); ) {
      int end = text.indexOf('&', at);
      end = end < 0 ? text.length() : end;
      int equals = text.indexOf('=', at);
      if ((equals < 0 || equals >= end) && end > at && decoded(text, at, end).equals(name)) {
        return true;
      }
      at = end + 1;
    }
    return false;
  }

  @Override
  public void setUpstreamPath(@Nullable String changed) {
    upstreamPath = changed;
  }

  @Override
  public void setUpstreamHost(String changed) {
    if (changed.isEmpty() || !Octets.isHost(changed)) {
      throw new IllegalArgumentException("'" + changed + "' is no host");
    }
    upstreamHost = FixedLine.of("Host", changed);
  }

  @Override
  public Headers headers() {
    return headers;
  }

  @Override
  public Map<String, String> captures() {
    return captures;
  }

  @Override
  public byte @Nullable [] body() {
    return body;
  }

  @Override
  public void setBody(byte[] changed) {
    body = changed;
  }

  @Override
  public void filterBody(BodyFilter chosen) {
    filter = chosen;
  }

  @Override
  public void limitBody(long octets, Reply.Refusal refusal) {
    bodyLimit = octets;
    tooLong = refusal;
  }

  @Override
  public long contentLength() {
    return Math.max(stream.bodyLength(), -1);
  }

  /** What to say to a body of that many octets; null when it is not too long. */
  Reply.@Nullable Refusal refusalOf(long octets) {
    return octets > bodyLimit ? tooLong : null;
  }

  /** What the body streams through; null when it passes as it is. */
  @Nullable BodyFilter bodyFilter() {
    return filter;
  }

  @Override
  public int listenerPort() {
    return stream.connection().port();
  }

  @Override
  public Connection connection() {
    ClientConnection connection = stream.connection();
    return new Connection(connection.localText(), connection.port(), connection.number(), turn);
  }

  /** A broken escape stands for itself. */
  private static String decoded(String text, int from, int to) {
    String part = text.substring(from, to);
    boolean plain = part.indexOf('%') < 0 && part.indexOf('+') < 0;
    boolean ascii = plain;
    for (int i = 0; ascii && i < part.length(); i++) {
      ascii = part.charAt(i) < 0x80;
    }
    if (ascii) {
      return part;
    }
    try {
      // Bytes beyond ASCII came as characters of ISO-8859-1.
      String bytes = new String(part.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
      return URLDecoder.decode(bytes, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException brokenEscape) {
      return part;
    }
  }
}
