package io.portcullis.proxy.routing;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.portcullis.core.plugin.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One header that a route wants to see, with any of some values. Case does not count. */
final class HeaderCondition {
  private static final String REGEX = "~*";

  private final String name;
  private final String[] values;
  private final Pattern[] patterns;

  /**
   * @throws IllegalArgumentException if a regex is none
   */
  HeaderCondition(String name, List<String> accepted) {
    this.name = name.toLowerCase(Locale.ROOT);
    List<String> plain = new ArrayList<>();
    List<Pattern> regexes = new ArrayList<>();
    for (String value : accepted) {
      if (value.startsWith(REGEX)) {
        String regex = value.substring(REGEX.length());
        try {
          regexes.add(Pattern.compile(regex, Pattern.CASE_INSENSITIVE));
        } catch (PatternSyntaxException broken) {
          throw new IllegalArgumentException(
              "headers." + name + ": '" + regex + "' is no regex: " + broken.getMessage(), broken);
        }
      } else {
        plain.add(value);
      }
    }
    this.values = plain.toArray(String[]::new);
    this.patterns = regexes.toArray(Pattern[]::new);
  }

  String name() {
    return name;
  }

  boolean fits(Headers headers) {
    for (int i = headers.indexOf(name); i >= 0; i = headers.indexOf(name, i + 1)) {
      String sent = headers.value(i);
      for (String value : values) {
        if (value.equalsIgnoreCase(sent)) {
          return true;
        }
      }
      for (Pattern pattern : patterns) {
        if (pattern.matcher(sent).find()) {
          return true;
        }
      }
    }
    return false;
  }
}
