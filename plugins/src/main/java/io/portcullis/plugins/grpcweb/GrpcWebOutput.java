package io.portcullis.plugins.grpcweb;

import io.portcullis.core.plugin.BodyFilter;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Response;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes the messages of an answer on as they come, in base64 if need be, and adds the trailers as
 * the last frame.
 */
final class GrpcWebOutput implements BodyFilter {
  private static final byte TRAILERS = (byte) 0x80;
  private static final int FRAME_HEAD = 5;
  private static final String UNKNOWN = "2";
  private final Response response;
  private final boolean text;

  GrpcWebOutput(Response response, boolean text) {
    this.response = response;
    this.text = text;
  }

  @Override
  public void filter(ByteBuffer chunk, boolean last, Consumer<ByteBuffer> out) {
    if (chunk.hasRemaining()) {
      byte[] part = new byte[chunk.remaining()];
      chunk.get(part);
      out.accept(form(part));
    }
    if (last) {
      out.accept(form(frame()));
    }
  }

  private ByteBuffer form(byte[] octets) {
    return ByteBuffer.wrap(text ? Base64.getEncoder().encode(octets) : octets);
  }

  private byte[] frame() {
    StringBuilder lines = new StringBuilder(64);
    Headers trailers = response.trailers();
    String status = trailers == null ? null : trailers.get("grpc-status");
    if (trailers == null || status == null) {
      // An answer without messages says it in its head.
      Headers head = response.headers();
      String known = head.get("grpc-status");
      line(lines, "grpc-status", known == null ? UNKNOWN : known);
      line(lines, "grpc-message", head.get("grpc-message"));
    } else {
      line(lines, "grpc-status", status);
      line(lines, "grpc-message", trailers.get("grpc-message"));
    }
    if (trailers != null) {
      for (int i = 0; i < trailers.size(); i++) {
        if (!trailers.nameIs(i, "grpc-status") && !trailers.nameIs(i, "grpc-message")) {
          line(lines, trailers.name(i), trailers.value(i));
        }
      }
      trailers.clear();
    }
    byte[] content = lines.toString().getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(FRAME_HEAD + content.length)
        .put(TRAILERS)
        .putInt(content.length)
        .put(content)
        .array();
  }

  private static void line(StringBuilder lines, String name, @Nullable String value) {
    lines.append(name).append(':').append(value == null ? "" : value).append("\r\n");
  }
}
