package io.portcullis.plugins.jwt;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.plugin.AnonymousAccess;
import io.portcullis.core.plugin.ConsumerHeaders;
import io.portcullis.core.plugin.CredentialStore;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Request;
import io.portcullis.core.plugin.VerifiedClaims;
import io.portcullis.plugins.jose.CompactToken;
import io.portcullis.plugins.jose.GenerationalCache;
import io.portcullis.plugins.jose.InvalidTokenException;
import io.portcullis.plugins.jose.SigningAlgorithm;
import io.portcullis.plugins.jose.VerificationKey;
import java.security.Key;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Verifies tokens. A signature is verified once: the outcome is kept under the text that the client
 * sent, together with the credential it was verified with, and holds as long as that credential is
 * the live one. {@code exp} and {@code nbf} are compared with the clock at every request.
 */
final class JwtHandler implements PluginHandler {
  static final String CREDENTIALS = "jwt_secrets";
  private static final String DEFAULT_KEY_CLAIM = "iss";
  private static final int CACHED_TOKENS = 4096;
  private static final int LONGEST_CACHED_TOKEN = 4096;
  private static final int CACHED_KEYS = 1024;

  private final TokenSources sources;
  private final JwtReplies replies;
  private final CredentialStore credentials;
  private final InstantSource clock;
  private final String keyClaimName;
  private final boolean secretIsBase64;
  private final boolean verifiesExpiry;
  private final boolean verifiesNotBefore;
  private final double maximumExpiration;
  private final boolean runOnPreflight;
  private final AnonymousAccess anonymous;

  /** By the whole header value, so that the usual request needs no substring. */
  private final GenerationalCache<String, VerifiedToken> byHeader =
      new GenerationalCache<>(CACHED_TOKENS);

  private final GenerationalCache<String, VerifiedToken> byToken =
      new GenerationalCache<>(CACHED_TOKENS);
  private final GenerationalCache<UUID, CredentialKey> keys = new GenerationalCache<>(CACHED_KEYS);

  JwtHandler(JwtConfig config, CredentialStore credentials, InstantSource clock) {
    this.sources = new TokenSources(config);
    this.keyClaimName = config.keyClaimName() == null ? DEFAULT_KEY_CLAIM : config.keyClaimName();
    this.replies = new JwtReplies(config.realm(), keyClaimName);
    this.credentials = credentials;
    this.clock = clock;
    this.secretIsBase64 = config.secretIsBase64();
    List<String> verified = config.claimsToVerify() == null ? List.of() : config.claimsToVerify();
    this.verifiesExpiry = verified.contains("exp");
    this.verifiesNotBefore = verified.contains("nbf");
    Double maximum = config.maximumExpiration();
    this.maximumExpiration = maximum == null ? 0 : maximum;
    this.runOnPreflight = config.runOnPreflight();
    this.anonymous = new AnonymousAccess(credentials, config.anonymous());
  }

  @Override
  public Reply access(Exchange exchange) {
    if (!runOnPreflight && exchange.request().method().equals("OPTIONS")) {
      return Reply.NEXT;
    }
    return anonymous.isSettled(exchange)
        ? Reply.NEXT
        : anonymous.orElse(exchange, authenticate(exchange));
  }

  private Reply authenticate(Exchange exchange) {
    Request request = exchange.request();
    String header = sources.onlyHeader(request);
    if (header != null) {
      VerifiedToken cached = byHeader.get(header);
      if (cached != null && isCurrent(cached)) {
        return admit(exchange, cached);
      }
      String token = header.substring(TokenSources.tokenStart(header));
      return verify(exchange, token, byHeader, header);
    }
    List<String> tokens = sources.tokens(request);
    boolean bare = sources.hasBareArgument(request);
    if (tokens.isEmpty()) {
      return bare ? replies.unrecognizable : replies.missing;
    }
    if (tokens.size() > 1 || bare) {
      return replies.several;
    }
    String token = tokens.getFirst();
    VerifiedToken cached = byToken.get(token);
    return cached != null && isCurrent(cached)
        ? admit(exchange, cached)
        : verify(exchange, token, byToken, token);
  }

  @SuppressWarnings(
      "ReferenceEquality") // another object is a changed entity, and comparing is free
  private boolean isCurrent(VerifiedToken cached) {
    Credential credential = cached.credential();
    return credentials.credential(CREDENTIALS, credential.key()) == credential
        && credentials.consumer(cached.consumer().id()) == cached.consumer();
  }

  /** The slow way, for a token that was not seen with the present credential. */
  private Reply verify(
      Exchange exchange,
      String text,
      GenerationalCache<String, VerifiedToken> cache,
      String cacheKey) {
    CompactToken token;
    try {
      token = CompactToken.parse(text);
    } catch (InvalidTokenException e) {
      return replies.message(String.valueOf(e.getMessage()));
    }
    JsonNode name = token.claimOrParameter(keyClaimName);
    if (name == null) {
      return replies.noKeyClaim;
    }
    if (!name.isString() || name.stringValue().isEmpty()) {
      return replies.invalidKeyClaim;
    }
    Credential credential = credentials.credential(CREDENTIALS, name.stringValue());
    if (credential == null) {
      return replies.noCredential;
    }
    if (token.algorithm() != algorithm(credential)) {
      return replies.invalidAlgorithm;
    }
    Key key = key(credential, token.algorithm().family());
    if (key == null) {
      return replies.invalidKey;
    }
    if (!token.isSignedWith(key)) {
      return replies.invalidSignature;
    }
    double expiry = number(token.claims().get("exp"));
    double notBefore = number(token.claims().get("nbf"));
    Reply wrongTime = wrongTime(expiry, notBefore);
    if (wrongTime != null) {
      return wrongTime;
    }
    Consumer consumer = credentials.owner(credential);
    if (consumer == null) {
      return replies.noConsumer(credential.key());
    }
    VerifiedToken verified =
        new VerifiedToken(
            credential,
            consumer,
            ConsumerHeaders.authenticated(consumer, credential.key()),
            token.claims(),
            expiry,
            notBefore);
    if (text.length() <= LONGEST_CACHED_TOKEN) {
      cache.put(cacheKey, verified);
    }
    return admit(exchange, verified);
  }

  private Reply admit(Exchange exchange, VerifiedToken token) {
    Reply wrongTime = wrongTime(token.expiry(), token.notBefore());
    if (wrongTime != null) {
      return wrongTime;
    }
    exchange.authenticate(token.consumer(), token.credential());
    token.headers().applyTo(exchange.request().headers());
    exchange.put(VerifiedClaims.KEY, token.claims());
    return Reply.NEXT;
  }

  private @Nullable Reply wrongTime(double expiry, double notBefore) {
    if (!verifiesExpiry && !verifiesNotBefore && maximumExpiration <= 0) {
      return null;
    }
    long now = Math.floorDiv(clock.millis(), 1000L);
    String expiryProblem = null;
    if (verifiesExpiry) {
      if (Double.isNaN(expiry)) {
        expiryProblem = "must be a number";
      } else if (expiry <= now) {
        expiryProblem = "token expired";
      }
    }
    String notBeforeProblem = null;
    if (verifiesNotBefore) {
      if (Double.isNaN(notBefore)) {
        notBeforeProblem = "must be a number";
      } else if (notBefore > now) {
        notBeforeProblem = "token not valid yet";
      }
    }
    if (expiryProblem != null || notBeforeProblem != null) {
      return replies.claims(expiryProblem, notBeforeProblem);
    }
    // Written so that a missing exp, which is NaN, exceeds.
    return maximumExpiration > 0 && !(expiry - now <= maximumExpiration)
        ? replies.tooLongLived
        : null;
  }

  private static double number(@Nullable JsonNode claim) {
    return claim != null && claim.isNumber() ? claim.doubleValue() : Double.NaN;
  }

  private static @Nullable SigningAlgorithm algorithm(Credential credential) {
    String name = text(credential.stored(), "algorithm");
    return name == null ? SigningAlgorithm.HS256 : SigningAlgorithm.named(name);
  }

  @SuppressWarnings("ReferenceEquality") // as above
  private @Nullable Key key(Credential credential, SigningAlgorithm.Family family) {
    CredentialKey known = keys.get(credential.id());
    if (known != null && known.credential() == credential) {
      return known.key();
    }
    Key key =
        family == SigningAlgorithm.Family.HMAC
            ? VerificationKey.secret(text(credential.stored(), "secret"), secretIsBase64)
            : VerificationKey.publicKey(text(credential.stored(), "rsa_public_key"), family);
    if (key != null) {
      keys.put(credential.id(), new CredentialKey(credential, key));
    }
    return key;
  }

  private static @Nullable String text(ObjectNode stored, String field) {
    JsonNode node = stored.get(field);
    return node == null || node.isNull() ? null : node.stringValue();
  }

  private record CredentialKey(Credential credential, Key key) {}
}
