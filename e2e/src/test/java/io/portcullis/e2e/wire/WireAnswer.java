package io.portcullis.e2e.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** An answer as it came: {@code headers} in order, repetition kept. */
public record WireAnswer(int status, List<Map.Entry<String, String>> headers, byte[] body) {
  public WireAnswer {
    headers = List.copyOf(headers);
  }

  /** All values of the header {@code name}, whose case does not matter. */
  public List<String> header(String name) {
    return headers.stream()
        .filter(header -> header.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .toList();
  }

  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WireAnswer that
        && status == that.status
        && headers.equals(that.headers)
        && Arrays.equals(body, that.body);
  }

  @Override
  public int hashCode() {
    return 31 * status + Arrays.hashCode(body);
  }
}
