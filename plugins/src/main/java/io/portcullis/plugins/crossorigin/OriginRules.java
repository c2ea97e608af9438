package io.portcullis.plugins.crossorigin;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The origins that may read answers; case makes no difference. Immutable. */
final class OriginRules {
  private record Wildcard(String before, String after) {
    boolean fits(String origin) {
      return origin.length() >= before.length() + after.length()
          && origin.startsWith(before)
          && origin.endsWith(after);
    }
  }

  private final Set<String> whole = new HashSet<>();
  private final List<Wildcard> wildcards = new ArrayList<>();
  private final boolean all;

  OriginRules(List<String> origins) {
    for (String origin : origins) {
      String text = origin.toLowerCase(Locale.ROOT);
      int star = text.indexOf('*');
      if (star < 0) {
        whole.add(text);
      } else {
        wildcards.add(new Wildcard(text.substring(0, star), text.substring(star + 1)));
      }
    }
    this.all = origins.isEmpty() || origins.contains("*");
  }

  /** Whether there is nothing to tell apart. */
  boolean isAll() {
    return all;
  }

  boolean allow(String origin) {
    if (all) {
      return true;
    }
    String text = origin.toLowerCase(Locale.ROOT);
    if (whole.contains(text)) {
      return true;
    }
    for (Wildcard wildcard : wildcards) {
      if (wildcard.fits(text)) {
        return true;
      }
    }
    return false;
  }
}
