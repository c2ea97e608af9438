package io.portcullis.plugins.jwtvalidator;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.VerifiedClaims;
import io.portcullis.plugins.jose.CompactToken;
import io.portcullis.plugins.jose.CookieLine;
import io.portcullis.plugins.jose.GenerationalCache;
import io.portcullis.plugins.jose.InvalidTokenException;
import io.portcullis.plugins.jose.JsonWebKey;
import io.portcullis.plugins.jose.KeyIdentity;
import io.portcullis.plugins.jose.KeySource;
import io.portcullis.plugins.jose.SigningAlgorithm;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Verifies tokens. A signature is verified once: the outcome is kept under the text that the client
 * sent, and holds as long as the key that verified it is the present one. Times are compared with
 * the clock at every request.
 */
final class JwtValidatorHandler implements PluginHandler {
  private static final System.Logger LOG = System.getLogger(JwtValidatorHandler.class.getName());
  private static final Reply UNAUTHORIZED = empty(401);
  private static final Reply FORBIDDEN = empty(403);
  private static final String SCHEME = "Bearer ";
  private static final int CACHED_TOKENS = 4096;
  private static final int LONGEST_CACHED_TOKEN = 4096;

  private final KeySource keys;
  private final KeyIdentity identity;
  private final @Nullable SigningAlgorithm algorithm;
  private final ClaimRules rules;
  private final Grant roles;
  private final Grant scopes;
  private final PropagatedClaims propagated;
  private final String header;
  private final String cookie;
  private final boolean tells;
  private final GenerationalCache<String, Verified> verified =
      new GenerationalCache<>(CACHED_TOKENS);

  JwtValidatorHandler(JwtValidatorConfig config, KeySource keys, InstantSource clock) {
    this.keys = keys;
    this.identity = KeyIdentity.of(config.keyIdentifyStrategy());
    this.algorithm = SigningAlgorithm.named(config.alg());
    this.rules = new ClaimRules(config, clock);
    String rolesKey = config.rolesKey();
    this.roles =
        new Grant(
            config.roles(),
            config.rolesKeyIsNested() ? ClaimPath.dotted(rolesKey) : ClaimPath.plain(rolesKey),
            false);
    this.scopes =
        new Grant(
            config.scopes(),
            ClaimPath.dotted(config.scopesKey()),
            config.scopesMatcher().equals("all"));
    this.propagated =
        new PropagatedClaims(config.propagateClaims(), config.propagateClaimsPreserveArray());
    this.header = config.authHeaderName().toLowerCase(Locale.ROOT);
    this.cookie = config.cookieKey();
    this.tells = config.operationDebug();
  }

  @Override
  public Reply access(Exchange exchange) {
    String text = text(exchange.request().headers());
    if (text == null) {
      return refuse("there is no token");
    }
    Verified known = verified.get(text);
    if (known != null && isCurrent(known)) {
      return admit(exchange, known);
    }
    CompactToken token;
    try {
      token = CompactToken.parse(isBearer(text) ? text.substring(SCHEME.length()) : text);
    } catch (InvalidTokenException broken) {
      return refuse(String.valueOf(broken.getMessage()));
    }
    if (token.algorithm() != algorithm) {
      return refuse("another algorithm");
    }
    if (token.header().has("crit")) {
      return refuse("critical header parameters are not understood");
    }
    String name = identity.of(token.header());
    JsonWebKey key = keys.present(name);
    return key != null
        ? verify(exchange, text, token, name, key)
        : new Reply.Later(
            keys.find(name)
                .thenApply(
                    found ->
                        found == null
                            ? refuse("no key is called " + name)
                            : verify(exchange, text, token, name, found)));
  }

  @SuppressWarnings("ReferenceEquality") // another object is a key that was fetched since
  private boolean isCurrent(Verified token) {
    return keys.present(token.keyName()) == token.key();
  }

  private Reply verify(
      Exchange exchange, String text, CompactToken token, String name, JsonWebKey key) {
    if (key.family() != token.algorithm().family() || !token.isSignedWith(key.verifying())) {
      return refuse("the signature is not that of key " + name);
    }
    JsonNode claims = token.claims();
    String refusal = rules.refusal(claims);
    if (refusal != null) {
      return refuse(refusal);
    }
    Verified now =
        new Verified(
            key,
            name,
            claims,
            ClaimRules.expiry(claims),
            ClaimRules.notBefore(claims),
            roles.isIn(claims) && scopes.isIn(claims),
            propagated.lines(claims));
    if (text.length() <= LONGEST_CACHED_TOKEN) {
      verified.put(text, now);
    }
    return admit(exchange, now);
  }

  private Reply admit(Exchange exchange, Verified token) {
    String untimely = rules.untimely(token);
    if (untimely != null) {
      return refuse(untimely);
    }
    if (!token.granted()) {
      tell("a role or scope is missing");
      return FORBIDDEN;
    }
    propagated.apply(token.lines(), exchange.request().headers());
    exchange.put(VerifiedClaims.KEY, token.claims());
    return Reply.NEXT;
  }

  /** The header's value, scheme included, or the cookie's; null when there is neither. */
  private @Nullable String text(Headers request) {
    String value = request.get(header);
    if (value != null && !value.isEmpty()) {
      return value;
    }
    for (String line : request.all("cookie")) {
      String found = CookieLine.value(line, cookie);
      if (found != null && !found.isEmpty()) {
        return found;
      }
    }
    return null;
  }

  private static boolean isBearer(String text) {
    return text.length() > SCHEME.length()
        && text.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  private Reply refuse(String why) {
    tell(why);
    return UNAUTHORIZED;
  }

  private void tell(String why) {
    if (tells) {
      LOG.log(System.Logger.Level.WARNING, "jwt-validator: a token is refused: {0}", why);
    }
  }

  private static Reply empty(int status) {
    return new Reply.Exit(status, List.of(), new byte[0]);
  }
}
