package io.portcullis.plugins.cors;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The origins of one configuration, compiled: what {@code Access-Control-Allow-Origin} says for a
 * request's {@code Origin}. The rules are those of Kong 3.9, also where they are odd: a single text
 * is answered to everybody, and a text without a scheme never fits.
 */
final class AllowedOrigins {
  /** Stands for every origin. */
  static final String ANY = "*";

  private static final System.Logger LOG = System.getLogger(AllowedOrigins.class.getName());

  /** The answer to every request; null when it depends on the request. */
  private final @Nullable String constant;

  private final boolean vary;
  private final Rule[] rules;

  private AllowedOrigins(@Nullable String constant, boolean vary, List<Rule> rules) {
    this.constant = constant;
    this.vary = vary;
    this.rules = rules.toArray(new Rule[0]);
  }

  static AllowedOrigins of(@Nullable List<String> origins) {
    if (origins == null || origins.isEmpty() || origins.equals(List.of(ANY))) {
      return new AllowedOrigins(ANY, false, List.of());
    }
    if (origins.size() == 1 && isPlain(origins.getFirst())) {
      return new AllowedOrigins(origins.getFirst(), true, List.of());
    }
    List<Rule> rules = new ArrayList<>(origins.size());
    for (String origin : origins) {
      Rule rule = rule(origin);
      if (rule != null) {
        rules.add(rule);
      }
    }
    return new AllowedOrigins(null, true, rules);
  }

  /** Whether answers depend on the request's origin, so that caches must keep them apart. */
  boolean vary() {
    return vary;
  }

  /**
   * What is allowed: {@link #ANY}, one origin, or null for nothing.
   *
   * @param origin as the client sent it; null when it sent none
   */
  @Nullable String allow(@Nullable String origin) {
    if (constant != null) {
      return constant;
    }
    if (origin == null) {
      return null;
    }
    Origin asked = Origin.of(origin);
    for (Rule rule : rules) {
      String answer = rule.answer(asked);
      if (answer != null) {
        return answer;
      }
    }
    return null;
  }

  private static @Nullable Rule rule(String origin) {
    if (origin.equals(ANY)) {
      return asked -> ANY;
    }
    boolean hostOnly = origin.indexOf(':') < 0;
    if (isPlain(origin)) {
      String text = Origin.of(origin).text();
      return hostOnly ? null : asked -> asked.text().equals(text) ? text : null;
    }
    try {
      Pattern pattern = Pattern.compile(origin);
      return asked -> {
        String subject = hostOnly ? asked.host() : asked.text();
        return subject != null && pattern.matches(subject) ? asked.text() : null;
      };
    } catch (PatternSyntaxException broken) {
      LOG.log(
          System.Logger.Level.ERROR,
          "cors: the origin {0} is no regex and fits nothing: {1}",
          origin,
          broken.getMessage());
      return null;
    }
  }

  /** Whether the text can only be an origin: letters, digits and {@code . : / -}. */
  private static boolean isPlain(String origin) {
    for (int i = 0; i < origin.length(); i++) {
      char c = origin.charAt(i);
      boolean plain =
          c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '-' && c <= ':' /* - . / 0-9 : */;
      if (!plain) {
        return false;
      }
    }
    return !origin.isEmpty();
  }

  /** What one entry answers to an origin; null when the origin does not fit. */
  private interface Rule {
    @Nullable String answer(Origin asked);
  }
}
