package io.portcullis.core.tls;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;

/**
 * Private keys in PEM form: PKCS #8 (RFC 5958), PKCS #1 (RFC 8017) and SEC 1 (RFC 5915), all
 * without a passphrase.
 */
public final class PrivateKeyText {
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS", "DSA");
  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
  private static final byte[] RSA = {
    0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01
  };
  private static final byte[] EC = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};
  private static final byte[] NULL = {0x05, 0x00};
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final int PARAMETERS = 0xa0;

  private PrivateKeyText() {}

  /**
   * The first private key of {@code pem}.
   *
   * @throws InvalidKeyException with a short message: none there, encrypted or broken
   */
  public static PrivateKey parse(String pem) throws InvalidKeyException {
    for (PemBlock block : PemBlock.all(pem)) {
      switch (block.label()) {
        case "PRIVATE KEY" -> {
          return key(octets(block));
        }
        case "RSA PRIVATE KEY" -> {
          return key(
              der(SEQUENCE, VERSION_0, der(SEQUENCE, RSA, NULL), der(OCTET_STRING, octets(block))));
        }
        case "EC PRIVATE KEY" -> {
          byte[] octets = octets(block);
          return key(
              der(
                  SEQUENCE,
                  VERSION_0,
                  der(SEQUENCE, EC, curve(octets)),
                  der(OCTET_STRING, octets)));
        }
        case "ENCRYPTED PRIVATE KEY" ->
            throw new InvalidKeyException("the key is encrypted, expected one without passphrase");
        default -> {
          // Parameters of curves, certificates: not what is looked for.
        }
      }
    }
    throw new InvalidKeyException("no private key in PEM form");
  }

  private static byte[] octets(PemBlock block) throws InvalidKeyException {
    try {
      return block.octets();
    } catch (IllegalArgumentException encryptedOrBroken) {
      String reason =
          block.base64().contains("ENCRYPTED")
              ? "the key is encrypted, expected one without passphrase"
              : "not base64";
      throw new InvalidKeyException(reason, encryptedOrBroken);
    }
  }

  private static PrivateKey key(byte[] pkcs8) throws InvalidKeyException {
    Exception last = null;
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (GeneralSecurityException | RuntimeException another) {
        // A key of another algorithm; some factories throw unchecked exceptions at them.
        last = another;
      }
    }
    throw new InvalidKeyException("no key of RSA, ECDSA or EdDSA", last);
  }

  /** The curve's name inside {@code ECPrivateKey}, where PKCS #8 does not look for it. */
  private static byte[] curve(byte[] sec1) throws InvalidKeyException {
    try {
      ByteBuffer content = ByteBuffer.wrap(sec1);
      expect(content, SEQUENCE);
      while (content.hasRemaining()) {
        int tag = content.get() & 0xff;
        int length = length(content);
        if (tag == PARAMETERS) {
          return Arrays.copyOfRange(sec1, content.position(), content.position() + length);
        }
        content.position(content.position() + length);
      }
    } catch (RuntimeException outOfBounds) {
      throw new InvalidKeyException("no key of RSA, ECDSA or EdDSA", outOfBounds);
    }
    throw new InvalidKeyException("the key does not name its curve");
  }

  private static void expect(ByteBuffer content, int tag) {
    if ((content.get() & 0xff) != tag) {
      throw new IllegalArgumentException("tag");
    }
    length(content);
  }

  private static int length(ByteBuffer content) {
    int first = content.get() & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      length = (length << 8) | (content.get() & 0xff);
    }
    if (length < 0 || length > content.remaining()) {
      throw new IllegalArgumentException("length");
    }
    return length;
  }

  /** One element of DER around others. */
  private static byte[] der(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer element = ByteBuffer.allocate(length + 5);
    element.put((byte) tag);
    if (length < 0x80) {
      element.put((byte) length);
    } else if (length < 0x100) {
      element.put((byte) 0x81).put((byte) length);
    } else if (length < 0x10000) {
      element.put((byte) 0x82).putShort((short) length);
    } else {
      element.put((byte) 0x83).put((byte) (length >> 16)).putShort((short) length);
    }
    for (byte[] part : parts) {
      element.put(part);
    }
    return Arrays.copyOf(element.array(), element.position());
  }
}
