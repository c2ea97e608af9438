package io.portcullis.plugins.jose;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where keys come from. Thread-safe; nothing blocks. */
public interface KeySource {
  /** A key that is here and may be used; null when it has to be looked for. */
  @Nullable JsonWebKey present(String name);

  /** Looks for a key that is not present; completes with null when there is none. */
  CompletableFuture<@Nullable JsonWebKey> find(String name);

  /** What was read once. */
  static KeySource of(KeySet keys) {
    return new KeySource() {
      @Override
      public @Nullable JsonWebKey present(String name) {
        return keys.key(name);
      }

      @Override
      public CompletableFuture<@Nullable JsonWebKey> find(String name) {
        return CompletableFuture.completedFuture(keys.key(name));
      }
    };
  }

  /**
   * The keys of a file as it is now.
   *
   * @throws IOException when it cannot be read
   * @throws IllegalArgumentException when it holds no set of keys
   */
  static KeySource of(Path file, KeyIdentity identity) throws IOException {
    return of(KeySet.parse(Files.readAllBytes(file), identity));
  }
}
