package io.portcullis.plugins.oauth2;

import io.portcullis.core.plugin.Request;
import io.portcullis.plugins.form.BodyArguments;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks the endpoints for: members of its body, and of the query those that the body
 * does not have. A copy, for another thread.
 */
final class Parameters {
  private static final List<String> NAMES =
      List.of(
          "authenticated_userid",
          "client_id",
          "client_secret",
          "code",
          "code_challenge",
          "code_challenge_method",
          "code_verifier",
          "grant_type",
          "provision_key",
          "redirect_uri",
          "refresh_token",
          "response_type",
          "scope",
          "state");

  private final Map<String, String> texts = new HashMap<>();

  /** Names of those that are there and are not one text. */
  private final Set<String> others = new HashSet<>();

  private Parameters() {}

  static Parameters of(Request request) {
    Parameters parameters = new Parameters();
    BodyArguments body = BodyArguments.of(request);
    for (String name : NAMES) {
      List<String> values = body.values(name);
      boolean bare = false;
      if (values.isEmpty()) {
        values = request.queryValues(name);
        bare = request.hasBareQueryArgument(name);
      }
      if (values.size() == 1 && !bare) {
        parameters.texts.put(name, values.getFirst());
      } else if (bare || !values.isEmpty()) {
        parameters.others.add(name);
      }
    }
    return parameters;
  }

  /** Null when it is not there, and when it is not one text. */
  @Nullable String text(String name) {
    return texts.get(name);
  }

  boolean has(String name) {
    return texts.containsKey(name) || others.contains(name);
  }

  /** Whether it is there and holds more than spaces. */
  boolean hasText(String name) {
    String text = texts.get(name);
    return text != null && !text.isBlank();
  }

  /** Without values, which may be secret. */
  @Override
  public String toString() {
    return "parameters " + texts.keySet();
  }
}
