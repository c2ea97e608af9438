package io.portcullis.core.tls;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * One block of RFC 7468: what stands between {@code -----BEGIN label-----} and its end. Text around
 * blocks means nothing.
 *
 * @param base64 with line breaks; not decoded yet
 */
record PemBlock(String label, String base64) {
  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";

  /** All complete blocks, in order. */
  static List<PemBlock> all(String text) {
    List<PemBlock> blocks = new ArrayList<>();
    int begin = text.indexOf(BEGIN);
    while (begin >= 0) {
      int labelEnd = text.indexOf(DASHES, begin + BEGIN.length());
      if (labelEnd < 0) {
        break;
      }
      String label = text.substring(begin + BEGIN.length(), labelEnd);
      int bodyStart = labelEnd + DASHES.length();
      int end = text.indexOf(END + label + DASHES, bodyStart);
      if (end < 0) {
        break;
      }
      blocks.add(new PemBlock(label, text.substring(bodyStart, end)));
      begin = text.indexOf(BEGIN, end + END.length());
    }
    return blocks;
  }

  /**
   * The octets.
   *
   * @throws IllegalArgumentException for text that is not base64
   */
  byte[] octets() {
    String packed = base64.replaceAll("\\s", "");
    return Base64.getDecoder().decode(packed);
  }
}
