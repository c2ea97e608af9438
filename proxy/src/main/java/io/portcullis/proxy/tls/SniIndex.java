package io.portcullis.proxy.tls;

import io.portcullis.proxy.persistent.PersistentMap;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Server names and what is shown for them. As in Kong the exact name wins over {@code *} in place
 * of its first label, that over {@code *} in place of its last, and a lone {@code *} takes the
 * rest. Immutable and safe to read from any thread; a changed index shares with the old one all
 * that did not change.
 */
public final class SniIndex {
  private static final SniIndex EMPTY = new SniIndex(PersistentMap.empty());
  private static final String ANY = "*";

  private final PersistentMap<String, ShownKeys> names;

  private SniIndex(PersistentMap<String, ShownKeys> names) {
    this.names = names;
  }

  public static SniIndex empty() {
    return EMPTY;
  }

  /** An index in which {@code name}, exact or with a wildcard, has these keys. */
  public SniIndex with(String name, ShownKeys keys) {
    return new SniIndex(names.with(normal(name), keys));
  }

  public SniIndex without(String name) {
    return new SniIndex(names.without(normal(name)));
  }

  /**
   * What a client is shown.
   *
   * @param asked the server name that it sent; null when it sent none
   * @return null when the node's own certificate is to be shown
   */
  public @Nullable ShownKeys find(@Nullable String asked) {
    if (names.isEmpty()) {
      return null;
    }
    if (asked != null) {
      String name = normal(asked);
      ShownKeys found = names.get(name);
      int firstDot = name.indexOf('.');
      if (found == null && firstDot >= 0) {
        found = names.get(ANY + name.substring(firstDot));
        if (found == null) {
          found = names.get(name.substring(0, name.lastIndexOf('.') + 1) + ANY);
        }
      }
      if (found != null) {
        return found;
      }
    }
    return names.get(ANY);
  }

  /** Names are told apart by neither case nor a final dot. */
  public static String normal(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.length() > 1 && lower.endsWith(".")
        ? lower.substring(0, lower.length() - 1)
        : lower;
  }
}
