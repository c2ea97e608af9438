package io.portcullis.proxy.server;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Reply;
import io.portcullis.proxy.http2.ErrorCode;
import io.portcullis.proxy.wire.ClientStream;
import io.portcullis.proxy.wire.UpstreamFailure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How gRPC says what HTTP says with a status or with RST_STREAM. */
final class GrpcStatus {
  /** How the content types of gRPC begin. */
  static final String TYPE = "application/grpc";

  static final int CANCELLED = 1;
  private static final int UNKNOWN = 2;
  private static final int INVALID_ARGUMENT = 3;
  private static final int DEADLINE_EXCEEDED = 4;
  private static final int NOT_FOUND = 5;
  private static final int ALREADY_EXISTS = 6;
  private static final int PERMISSION_DENIED = 7;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int UNIMPLEMENTED = 12;
  private static final int INTERNAL = 13;
  private static final int UNAVAILABLE = 14;
  private static final int UNAUTHENTICATED = 16;
  private static final int INADEQUATE_SECURITY = 12;

  private static final List<String> NAMES =
      List.of(
          "OK",
          "Canceled",
          "Unknown",
          "InvalidArgument",
          "DeadlineExceeded",
          "NotFound",
          "AlreadyExists",
          "PermissionDenied",
          "ResourceExhausted",
          "FailedPrecondition",
          "Aborted",
          "OutOfRange",
          "Unimplemented",
          "Internal",
          "Unavailable",
          "DataLoss",
          "Unauthenticated");

  private static final byte[] MESSAGE = "\"message\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private GrpcStatus() {}

  /** The code for an answer of the gateway's own. */
  static int of(int status) {
    return switch (status) {
      case 200 -> 0;
      case 400, 411, 414, 431 -> INVALID_ARGUMENT;
      case 401 -> UNAUTHENTICATED;
      case 403 -> PERMISSION_DENIED;
      case 404 -> NOT_FOUND;
      case 408, 504 -> DEADLINE_EXCEEDED;
      case 409 -> ALREADY_EXISTS;
      case 413, 429 -> RESOURCE_EXHAUSTED;
      case 499 -> CANCELLED;
      case 500 -> INTERNAL;
      case 405, 501 -> UNIMPLEMENTED;
      case 502, 503 -> UNAVAILABLE;
      default -> UNKNOWN;
    };
  }

  /** The code for a target's failure: that of its RST_STREAM, if it sent one. */
  static int of(UpstreamFailure failure) {
    return switch (failure.resetCode()) {
      case UpstreamFailure.NOT_RESET -> of(failure.kind().status());
      case ErrorCode.CANCEL -> CANCELLED;
      case ErrorCode.REFUSED_STREAM -> UNAVAILABLE;
      case ErrorCode.ENHANCE_YOUR_CALM -> RESOURCE_EXHAUSTED;
      case INADEQUATE_SECURITY -> PERMISSION_DENIED;
      default -> INTERNAL;
    };
  }

  /** The name of a code, which is the message when there is no other. */
  static String name(int code) {
    return NAMES.get(code);
  }

  /**
   * The content type in which the client expects what goes wrong as header lines: it sent a gRPC
   * request over HTTP/2, which carries them. Empty for all others.
   */
  static String type(ClientStream stream) {
    if (!stream.version().equals("2")) {
      return "";
    }
    String type = stream.receivedHeaders().get("content-type");
    return type != null && type.startsWith(TYPE) ? type : "";
  }

  /**
   * The body of a plugin's answer; a gRPC client gets its message as a header line instead.
   *
   * @param lines of the answer, changed for a gRPC client
   */
  static byte[] body(ClientStream stream, Reply.Exit exit, Headers lines) {
    String grpc = type(stream);
    String type = lines.get("content-type");
    if (grpc.isEmpty() || type != null && type.startsWith(TYPE)) {
      return exit.body();
    }
    int code = of(exit.status());
    String message =
        type != null && type.startsWith("text/plain")
            ? new String(exit.body(), StandardCharsets.UTF_8)
            : message(exit.body());
    add(lines, grpc, code, message == null ? name(code) : message);
    return new byte[0];
  }

  /** The lines of an answer that consists of them. */
  static Headers lines(String contentType, int code, String message) {
    return add(new Headers(), contentType, code, message);
  }

  /** Adds the lines of an answer that consists of them; what plugins said there already counts. */
  static Headers add(Headers lines, String contentType, int code, String message) {
    lines.set("content-type", contentType);
    if (!lines.contains("grpc-status")) {
      lines.add("grpc-status", Integer.toString(code));
      if (!lines.contains("grpc-message")) {
        lines.add("grpc-message", escaped(message));
      }
    }
    return lines;
  }

  /** The end of an answer that broke off. */
  static Headers trailers(int code, String message) {
    return new Headers()
        .add("grpc-status", Integer.toString(code))
        .add("grpc-message", escaped(message));
  }

  /** The {@code message} of a plugin's JSON answer; null when it has none. */
  static @Nullable String message(byte[] json) {
    for (int i = 0; i + MESSAGE.length <= json.length; i++) {
      int k = 0;
      while (k < MESSAGE.length && json[i + k] == MESSAGE[k]) {
        k++;
      }
      if (k < MESSAGE.length) {
        continue;
      }
      StringBuilder text = new StringBuilder();
      String rest = new String(json, i + k, json.length - i - k, StandardCharsets.UTF_8);
      for (int at = 0; at < rest.length(); at++) {
        char c = rest.charAt(at);
        if (c == '"') {
          return text.toString();
        }
        if (c == '\\' && ++at < rest.length()) {
          c = rest.charAt(at);
        }
        text.append(c);
      }
    }
    return null;
  }

  /** Percent-encodes what may not stand in grpc-message. */
  static String escaped(String message) {
    StringBuilder text = new StringBuilder(message.length());
    for (byte octet : message.getBytes(StandardCharsets.UTF_8)) {
      if (octet >= ' ' && octet < 0x7f && octet != '%') {
        text.append((char) octet);
      } else {
        text.append('%').append((char) HEX[octet >> 4 & 15]).append((char) HEX[octet & 15]);
      }
    }
    return text.toString();
  }
}
