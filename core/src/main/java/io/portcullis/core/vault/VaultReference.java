package io.portcullis.core.vault;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands for a secret in a configuration: {@code {vault://<vault>/<resource>[/<key>]}}, with
 * options of the vault behind a question mark.
 *
 * @param vault a type of vault, or the prefix of a stored one
 * @param resource the secret's name in the vault
 * @param key of a secret that is a JSON object, the field that is meant; null for the whole secret
 * @param options override the vault's configuration
 */
public record VaultReference(
    String vault, String resource, @Nullable String key, Map<String, String> options) {
  private static final String BEGIN = "{vault://";
  private static final String END = "}";

  public VaultReference {
    options = Map.copyOf(options);
  }

  /** Whether a text is meant as a reference; it may still lead nowhere. */
  public static boolean is(String text) {
    return text.startsWith(BEGIN) && text.endsWith(END);
  }

  /** The vault that a reference names; as much of the text as there is when it is malformed. */
  public static String vaultOf(String text) {
    String inside = text.substring(BEGIN.length(), text.length() - END.length());
    int end = 0;
    while (end < inside.length() && "/?#".indexOf(inside.charAt(end)) < 0) {
      end++;
    }
    return inside.substring(0, end);
  }

  /**
   * Takes a reference apart.
   *
   * @param text for which {@link #is} holds
   * @throws UnresolvedSecretException when it names no vault or no resource
   */
  public static VaultReference parse(String text) throws UnresolvedSecretException {
    String vault = vaultOf(text);
    if (vault.isEmpty()) {
      throw new UnresolvedSecretException("the reference names no vault");
    }
    String rest = text.substring(BEGIN.length() + vault.length(), text.length() - END.length());
    int fragment = rest.indexOf('#');
    if (fragment >= 0) {
      rest = rest.substring(0, fragment); // a version, of which environment variables have one
    }
    int question = rest.indexOf('?');
    String path = question < 0 ? rest : rest.substring(0, question);
    String resource = path.startsWith("/") ? path.substring(1) : path;
    int slash = resource.lastIndexOf('/');
    String key = null;
    if (slash >= 0) {
      String last = decoded(resource.substring(slash + 1));
      key = last.isEmpty() ? null : last;
      resource = resource.substring(0, slash);
    }
    if (resource.isEmpty()) {
      throw new UnresolvedSecretException("the reference names no resource");
    }
    return new VaultReference(
        vault, decoded(resource), key, question < 0 ? Map.of() : options(rest, question + 1));
  }

  private static Map<String, String> options(String text, int start)
      throws UnresolvedSecretException {
    Map<String, String> options = new LinkedHashMap<>();
    for (String pair : text.substring(start).split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        options.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
      }
    }
    return options;
  }

  /** A plus sign stays one. */
  private static String decoded(String text) throws UnresolvedSecretException {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      throw new UnresolvedSecretException("the reference is malformed: a lone % in it");
    }
  }
}
