package io.portcullis.plugins.stats;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.UpstreamCaller;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/** Sends snapshots to an InfluxDB 1 server. Never blocks. */
final class InfluxPush {
  private static final System.Logger LOG = System.getLogger(InfluxPush.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int ANSWER_LIMIT = 1 << 16;

  private final URI uri;
  private final Headers headers;
  private final LineProtocol lines;
  private final UpstreamCaller upstreams;
  private volatile long pushed;

  InfluxPush(StatsConfig.Influx influx, String hostname, UpstreamCaller upstreams) {
    String address = influx.address();
    this.uri =
        URI.create(
            (address.endsWith("/") ? address : address + "/")
                + "write?db="
                + URLEncoder.encode(influx.db(), StandardCharsets.UTF_8));
    this.headers = headers(influx);
    this.lines = new LineProtocol(hostname);
    this.upstreams = upstreams;
  }

  private static Headers headers(StatsConfig.Influx influx) {
    Headers headers = new Headers();
    headers.set("content-type", "text/plain; charset=utf-8");
    if (influx.username() != null) {
      String pair = influx.username() + ":" + (influx.password() == null ? "" : influx.password());
      headers.set(
          "authorization",
          "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }
    return headers;
  }

  /**
   * Sends one snapshot; one that does not arrive is a log line, and the next one follows. None is
   * sent twice: its points would replace themselves and count nothing new. For one thread at a
   * time.
   */
  void push(Snapshot snapshot) {
    if (snapshot.time() == pushed) {
      return;
    }
    pushed = snapshot.time();
    byte[] body = lines.of(snapshot).getBytes(StandardCharsets.UTF_8);
    upstreams
        .call(new UpstreamCaller.Call("POST", uri, headers, body, PATIENCE, ANSWER_LIMIT, true))
        .whenComplete(
            (answer, failure) -> {
              if (failure != null) {
                LOG.log(
                    System.Logger.Level.WARNING,
                    "stats: no push to " + uri.getHost() + ": " + failure.getMessage());
              } else if (answer.status() >= 300) {
                LOG.log(
                    System.Logger.Level.WARNING,
                    "stats: " + uri.getHost() + " answered " + answer.status());
              }
            });
  }
}
