package io.portcullis.plugins.jose;

import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What a token's header says of the key that signed it; in KrakenD's words. */
public enum KeyIdentity {
  KID("kid"),
  X5T("x5t"),
  X5T_S256("x5t#S256"),
  KID_X5T("kid_x5t");

  private final String word;

  KeyIdentity(String word) {
    this.word = word;
  }

  /** The words of all. */
  public static Object[] words() {
    return Stream.of(values()).map(identity -> identity.word).toArray();
  }

  /** The one with that word. */
  public static KeyIdentity of(String word) {
    for (KeyIdentity identity : values()) {
      if (identity.word.equals(word)) {
        return identity;
      }
    }
    throw new IllegalArgumentException("unknown key identity: " + word);
  }

  /** Under which name a key is looked up. */
  public String of(JsonWebKey key) {
    return switch (this) {
      case KID -> key.id();
      case X5T -> key.thumbprint();
      case X5T_S256 -> key.thumbprint256();
      case KID_X5T -> key.id() + key.thumbprint();
    };
  }

  /** The name that a token's header asks for; without a thumbprint its {@code kid}. */
  public String of(JsonNode header) {
    String id = header.path("kid").asString("");
    return switch (this) {
      case KID -> id;
      case X5T -> header.path("x5t").asString(id);
      case X5T_S256 -> header.path("x5t#S256").asString(id);
      case KID_X5T -> id + header.path("x5t").asString(id);
    };
  }
}
