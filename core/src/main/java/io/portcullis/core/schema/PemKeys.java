package io.portcullis.core.schema;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Tells PEM keys, public or private, from other text. */
final class PemKeys {
  private static final String BEGIN = "-----BEGIN ";
  private static final String DASHES = "-----";
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "XDH", "DSA");
  private static final byte[] RSA_ALGORITHM = {
    0x30,
    0x0d,
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };
  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
  private static final int SEQUENCE = 0x30;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;

  private PemKeys() {}

  static @Nullable String refusal(JsonNode value) {
    return isKey(value.stringValue()) ? null : "invalid key";
  }

  static boolean isKey(String pem) {
    Block block = find(pem);
    return block != null
        && switch (block.label()) {
          case "PRIVATE KEY" -> isPrivate(block.der());
          case "RSA PRIVATE KEY" ->
              isPrivate(tlv(SEQUENCE, VERSION_0, RSA_ALGORITHM, tlv(OCTET_STRING, block.der())));
          case "EC PRIVATE KEY" -> block.der().length > 0 && block.der()[0] == SEQUENCE;
          default -> isPublic(block);
        };
  }

  static boolean isPublicKey(String pem) {
    Block block = find(pem);
    return block != null && isPublic(block);
  }

  /** A block of PEM text; its octets are not looked at yet. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Block(String label, byte[] der) {}

  /** The first block; null when there is none. */
  private static @Nullable Block find(String pem) {
    int begin = pem.indexOf(BEGIN);
    int labelEnd = begin < 0 ? -1 : pem.indexOf(DASHES, begin + BEGIN.length());
    if (labelEnd < 0) {
      return null;
    }
    String label = pem.substring(begin + BEGIN.length(), labelEnd);
    int bodyStart = labelEnd + DASHES.length();
    int end = pem.indexOf("-----END " + label + DASHES, bodyStart);
    if (end < 0) {
      return null;
    }
    try {
      return new Block(label, Base64.getMimeDecoder().decode(pem.substring(bodyStart, end)));
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }

  private static boolean isPublic(Block block) {
    return switch (block.label()) {
      case "PUBLIC KEY" -> isPublic(block.der());
      case "RSA PUBLIC KEY" ->
          isPublic(tlv(SEQUENCE, RSA_ALGORITHM, tlv(BIT_STRING, new byte[] {0}, block.der())));
      default -> false;
    };
  }

  private static boolean isPublic(byte[] der) {
    return ALGORITHMS.stream()
        .anyMatch(
            algorithm ->
                loads(
                    () ->
                        KeyFactory.getInstance(algorithm)
                            .generatePublic(new X509EncodedKeySpec(der))));
  }

  private static boolean isPrivate(byte[] der) {
    return ALGORITHMS.stream()
        .anyMatch(
            algorithm ->
                loads(
                    () ->
                        KeyFactory.getInstance(algorithm)
                            .generatePrivate(new PKCS8EncodedKeySpec(der))));
  }

  private interface Loading {
    Key load() throws GeneralSecurityException;
  }

  /** Some factories throw unchecked exceptions at keys of another algorithm. */
  private static boolean loads(Loading loading) {
    try {
      return loading.load().getEncoded() != null;
    } catch (GeneralSecurityException | RuntimeException another) {
      return false;
    }
  }

  /** One element of DER around others. */
  private static byte[] tlv(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] header =
        length < 128
            ? new byte[] {(byte) tag, (byte) length}
            : new byte[] {
              (byte) tag, (byte) 0x83, (byte) (length >> 16), (byte) (length >> 8), (byte) length
            };
    byte[] all = new byte[header.length + length];
    System.arraycopy(header, 0, all, 0, header.length);
    int offset = header.length;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, offset, part.length);
      offset += part.length;
    }
    return all;
  }
}
