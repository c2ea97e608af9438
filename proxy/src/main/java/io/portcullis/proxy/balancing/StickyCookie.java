package io.portcullis.proxy.balancing;

import io.portcullis.core.plugin.ExchangeKey;
import io.portcullis.core.plugin.Headers;

/**
 * A cookie that keeps a client at its target; given to clients that have none yet.
 *
 * @param path for which the client sends it
 */
public record StickyCookie(String name, String value, String path) {
  /** Where an exchange keeps the cookie that its answer has to set. */
  public static final ExchangeKey<StickyCookie> KEY = ExchangeKey.named("sticky cookie");

  /** Adds it to an answer, in place of one of the same name that the target sets. */
  public void addTo(Headers answer) {
    for (int i = answer.size() - 1; i >= 0; i--) {
      if (answer.nameIs(i, "set-cookie") && answer.value(i).startsWith(name + '=')) {
        answer.removeAt(i);
      }
    }
    // The spelling is Kong's.
    answer.add("set-cookie", name + '=' + value + "; Path=" + path + "; Same-Site=Lax; HttpOnly");
  }
}
