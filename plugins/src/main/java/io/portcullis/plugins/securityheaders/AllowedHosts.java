package io.portcullis.plugins.securityheaders;

import com.google.re2j.Pattern;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The hosts that may be asked for. Immutable. */
final class AllowedHosts {
  private final Set<String> names = new HashSet<>();
  private final Pattern[] patterns;

  AllowedHosts(List<String> hosts, boolean areRegexes) {
    if (areRegexes) {
      this.patterns = hosts.stream().map(Pattern::compile).toArray(Pattern[]::new);
    } else {
      this.patterns = new Pattern[0];
      hosts.forEach(host -> names.add(host.toLowerCase(Locale.ROOT)));
    }
  }

  /** Whether one of them is that host; any is when there are none. */
  boolean contain(String host) {
    if (names.isEmpty() && patterns.length == 0) {
      return true;
    }
    if (names.contains(host.toLowerCase(Locale.ROOT))) {
      return true;
    }
    for (Pattern pattern : patterns) {
      if (pattern.matches(host)) {
        return true;
      }
    }
    return false;
  }
}
