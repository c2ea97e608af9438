package io.portcullis.e2e.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A request whose head is sent as it stands: nothing is added, reordered or checked. */
public record WireRequest(
    String method, String target, List<Map.Entry<String, String>> headers, byte[] body) {
  public WireRequest {
    headers = List.copyOf(headers);
  }

  public static WireRequest get(String target, String host) {
    return new WireRequest("GET", target, List.of(Map.entry("Host", host)), new byte[0]);
  }

  /** The same request with one more header at the end. */
  public WireRequest with(String name, String value) {
    List<Map.Entry<String, String>> more = new ArrayList<>(headers);
    more.add(Map.entry(name, value));
    return new WireRequest(method, target, more, body);
  }

  byte[] head() {
    StringBuilder head =
        new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    for (Map.Entry<String, String> header : headers) {
      head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
    }
    return head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WireRequest that
        && method.equals(that.method)
        && target.equals(that.target)
        && headers.equals(that.headers)
        && Arrays.equals(body, that.body);
  }

  @Override
  public int hashCode() {
    return target.hashCode();
  }
}
