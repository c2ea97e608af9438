package io.portcullis.plugins.oauth2;

import java.util.List;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/** Which scopes may be asked for. */
final class Scopes {
  private static final String SPACES = " \t\n\r\f\u000b";

  private final @Nullable List<String> known;
  private final boolean mandatory;

  Scopes(OAuth2Config config) {
    this.known = config.scopes();
    this.mandatory = config.mandatoryScope();
  }

  /** What was asked for: the scopes or why not. */
  sealed interface Asked {
    /**
     * @param scope words between single spaces; null for none
     */
    record Granted(@Nullable String scope) implements Asked {}

    record Denied(Refused why) implements Asked {}
  }

  Asked of(Parameters parameters) {
    if (!parameters.has("scope")) {
      return mandatory
          ? new Asked.Denied(new Refused("invalid_scope", "You must specify a scope"))
          : new Asked.Granted(null);
    }
    if (known == null) {
      return new Asked.Granted(null);
    }
    String text = parameters.text("scope");
    if (text == null) {
      return new Asked.Denied(new Refused("invalid_scope", "scope must be a string"));
    }
    StringBuilder granted = new StringBuilder();
    StringTokenizer words = new StringTokenizer(text, SPACES);
    while (words.hasMoreTokens()) {
      String word = words.nextToken();
      if (!known.contains(word)) {
        return new Asked.Denied(
            new Refused("invalid_scope", "\"" + word + "\" is an invalid scope"));
      }
      granted.append(granted.isEmpty() ? "" : " ").append(word);
    }
    return new Asked.Granted(granted.isEmpty() ? null : granted.toString());
  }

  /** Whether what a token was given for may still be asked for. */
  boolean stillKnow(@Nullable String scope) {
    if (scope == null) {
      return true;
    }
    StringTokenizer words = new StringTokenizer(scope, SPACES);
    while (words.hasMoreTokens()) {
      if (known == null || !known.contains(words.nextToken())) {
        return false;
      }
    }
    return true;
  }
}
