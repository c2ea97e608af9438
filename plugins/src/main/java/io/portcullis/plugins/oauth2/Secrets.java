package io.portcullis.plugins.oauth2;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Compares secrets in a time that does not tell where they differ. */
final class Secrets {
  private Secrets() {}

  /** Null is the same as nothing. */
  static boolean same(@Nullable String one, @Nullable String other) {
    return one != null
        && other != null
        && MessageDigest.isEqual(
            one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
