package io.portcullis.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Tells two states of a row apart: 32 hexadecimal digits of SHA-256 over its values. Neither the
 * order of keys nor the way a number is written matters.
 */
public final class Fingerprint {
  private static final int OCTETS = 16;
  private static final double EXACT_INTEGERS = 1L << 53;

  private Fingerprint() {}

  /** The fingerprint of a row or of any other document. */
  public static String of(JsonNode document) {
    StringBuilder canonical = new StringBuilder(1024);
    write(document, canonical);
    byte[] digest = sha256().digest(canonical.toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest, 0, OCTETS);
  }

  private static void write(JsonNode node, StringBuilder out) {
    if (node.isObject()) {
      Map<String, JsonNode> sorted = new TreeMap<>();
      node.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
      out.append('{');
      sorted.forEach(
          (name, value) -> {
            text(name, out);
            write(value, out);
          });
      out.append('}');
    } else if (node.isArray()) {
      out.append('[');
      node.forEach(element -> write(element, out));
      out.append(']');
    } else if (node.isString()) {
      text(node.stringValue(), out);
    } else if (node.isNumber()) {
      number(node, out);
    } else {
      out.append(node.isNull() ? "n" : node.isBoolean() && node.booleanValue() ? "t" : "f");
    }
  }

  /** With its length in front, so that no text can look like a structure. */
  private static void text(String text, StringBuilder out) {
    out.append('s').append(text.length()).append(':').append(text);
  }

  private static void number(JsonNode node, StringBuilder out) {
    double value = node.doubleValue();
    if (node.isIntegralNumber()) {
      out.append('i').append(node.longValue()).append(';');
    } else if (value == Math.rint(value) && Math.abs(value) < EXACT_INTEGERS) {
      out.append('i').append((long) value).append(';');
    } else {
      out.append('d').append(value).append(';');
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has SHA-256", missing);
    }
  }
}
