package io.portcullis.proxy.wire;

import io.portcullis.core.plugin.Headers;
import org.jspecify.annotations.Nullable;

/** A fixed set of header names, asked about for every line of every message. */
public final class NameSet {
  private final int mask;
  private final @Nullable String[] names;

  private NameSet(String[] lowerCase) {
    int size = Integer.highestOneBit(lowerCase.length * 4) * 2;
    mask = size - 1;
    names = new @Nullable String[size];
    for (String name : lowerCase) {
      int at = slot(name.hashCode());
      while (names[at] != null) {
        at = at + 1 & mask;
      }
      names[at] = name;
    }
  }

  public static NameSet of(String... lowerCase) {
    return new NameSet(lowerCase);
  }

  /** Whether the name of line {@code i} is in here. */
  public boolean contains(Headers headers, int i) {
    for (int at = slot(headers.hash(i)); ; at = at + 1 & mask) {
      String name = names[at];
      if (name == null) {
        return false;
      }
      if (headers.nameIs(i, name)) {
        return true;
      }
    }
  }

  private int slot(int hash) {
    return (hash ^ hash >>> 15) & mask;
  }
}
