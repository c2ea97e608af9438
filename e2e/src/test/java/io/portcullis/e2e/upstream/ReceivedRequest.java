package io.portcullis.e2e.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One request as it came off the wire; {@code headers} keeps order, spelling and repetition. */
record ReceivedRequest(
    String method,
    String target,
    String version,
    List<Map.Entry<String, String>> headers,
    byte[] body) {

  /** Header values by lower-case name. */
  static Map<String, List<String>> byName(List<Map.Entry<String, String>> headers) {
    Map<String, List<String>> values = new TreeMap<>();
    for (Map.Entry<String, String> header : headers) {
      values
          .computeIfAbsent(header.getKey().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(header.getValue());
    }
    return values;
  }

  /**
   * Reads a head; empty when the peer closed instead of sending one. The body is still on the wire.
   */
  static Optional<ReceivedRequest> readHead(InputStream in) throws IOException {
    String line = readLine(in);
    while (line != null && line.isEmpty()) {
      line = readLine(in);
    }
    if (line == null) {
      return Optional.empty();
    }
    int first = line.indexOf(' ');
    int last = line.lastIndexOf(' ');
    if (first < 0 || last == first) {
      throw new IOException("not a request line: " + line);
    }
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (String field = readLine(in); field != null && !field.isEmpty(); field = readLine(in)) {
      int colon = field.indexOf(':');
      String name = colon < 0 ? field : field.substring(0, colon);
      headers.add(Map.entry(name, colon < 0 ? "" : field.substring(colon + 1).strip()));
    }
    return Optional.of(
        new ReceivedRequest(
            line.substring(0, first),
            line.substring(first + 1, last),
            line.substring(last + 1),
            List.copyOf(headers),
            new byte[0]));
  }

  /** The same request with the body that follows its head. */
  ReceivedRequest withBodyFrom(InputStream in) throws IOException {
    byte[] received;
    if (header("transfer-encoding").toLowerCase(Locale.ROOT).contains("chunked")) {
      received = readChunks(in);
    } else {
      String length = header("content-length");
      received = length.isEmpty() ? new byte[0] : in.readNBytes(Integer.parseInt(length));
    }
    return new ReceivedRequest(method, target, version, headers, received);
  }

  private static byte[] readChunks(InputStream in) throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    while (true) {
      String line = readLine(in);
      if (line == null) {
        throw new IOException("the body ends inside its chunks");
      }
      int size = Integer.parseInt(line.split(";", 2)[0].strip(), 16);
      if (size == 0) {
        for (String trailer = readLine(in); trailer != null && !trailer.isEmpty(); ) {
          trailer = readLine(in);
        }
        return data.toByteArray();
      }
      data.write(in.readNBytes(size));
      readLine(in);
    }
  }

  /** The first value of the header {@code name} (lower case), or nothing at all. */
  String header(String name) {
    List<String> values = byName(headers).get(name);
    return values == null ? "" : values.getFirst();
  }

  String path() {
    return target.split("\\?", 2)[0];
  }

  /** What the upstream answers by default and keeps in its log. */
  ObjectNode describe(int port) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    ObjectNode seen = json.objectNode();
    seen.put("port", port).put("method", method).put("target", target).put("version", version);
    ArrayNode inOrder = seen.putArray("headers");
    headers.forEach(header -> inOrder.addArray().add(header.getKey()).add(header.getValue()));
    ObjectNode folded = seen.putObject("h");
    byName(headers)
        .forEach(
            (name, values) -> {
              if (values.size() == 1) {
                folded.put(name, values.getFirst());
              } else {
                values.forEach(folded.putArray(name)::add);
              }
            });
    try {
      seen.put(
          "body", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
    } catch (CharacterCodingException notText) {
      seen.put("body_b64", Base64.getEncoder().encodeToString(body));
    }
    return seen;
  }

  private static @Nullable String readLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int b = in.read();
    if (b < 0) {
      return null;
    }
    while (b >= 0 && b != '\n') {
      line.write(b);
      b = in.read();
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ReceivedRequest that
        && method.equals(that.method)
        && target.equals(that.target)
        && version.equals(that.version)
        && headers.equals(that.headers)
        && Arrays.equals(body, that.body);
  }

  @Override
  public int hashCode() {
    return target.hashCode();
  }
}
