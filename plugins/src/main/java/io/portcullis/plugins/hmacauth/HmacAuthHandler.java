package io.portcullis.plugins.hmacauth;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.plugin.AnonymousAccess;
import io.portcullis.core.plugin.ConsumerHeaders;
import io.portcullis.core.plugin.CredentialStore;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Request;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Makes the signature that a request should have and compares it with the one it has. */
final class HmacAuthHandler implements PluginHandler {
  private static final String PROXY_AUTHORIZATION = "proxy-authorization";
  private static final String AUTHORIZATION = "authorization";
  private static final String DATE = "date";
  private static final String OWN_DATE = "x-date";
  private static final String DIGEST = "digest";
  private static final double DEFAULT_SKEW_SECONDS = 300;
  private static final byte[] NOTHING = {};

  private final CredentialStore credentials;
  private final InstantSource clock;
  private final AnonymousAccess anonymous;
  private final boolean hides;
  private final boolean validatesBody;
  private final double skewSeconds;
  private final Set<String> enforced;
  private final Set<String> algorithms;
  private final Reply unauthorized;
  private final Reply undated;
  private final Reply unverifiable;
  private final Reply mismatch;

  HmacAuthHandler(HmacAuthConfig config, CredentialStore credentials, InstantSource clock) {
    this.credentials = credentials;
    this.clock = clock;
    this.anonymous = new AnonymousAccess(credentials, config.anonymous());
    this.hides = config.hideCredentials();
    this.validatesBody = config.validateRequestBody();
    Double skew = config.clockSkew();
    this.skewSeconds = skew == null ? DEFAULT_SKEW_SECONDS : skew;
    List<String> headers = config.enforceHeaders();
    this.enforced = headers == null ? Set.of() : Set.copyOf(headers);
    List<String> names = config.algorithms();
    this.algorithms = names == null ? Set.of(SigningAlgorithm.names()) : Set.copyOf(names);
    String challenge = config.realm() == null ? "hmac" : "hmac realm=\"" + config.realm() + "\"";
    this.unauthorized = refusal("Unauthorized", challenge);
    this.undated =
        refusal(
            "HMAC signature cannot be verified, a valid date or x-date header is required for HMAC"
                + " Authentication",
            challenge);
    this.unverifiable = refusal("HMAC signature cannot be verified", challenge);
    this.mismatch = refusal("HMAC signature does not match", challenge);
  }

  @Override
  public boolean wantsRequestBody() {
    return validatesBody;
  }

  @Override
  public Reply access(Exchange exchange) {
    return anonymous.isSettled(exchange)
        ? Reply.NEXT
        : anonymous.orElse(exchange, authenticate(exchange));
  }

  private Reply authenticate(Exchange exchange) {
    Request request = exchange.request();
    Headers headers = request.headers();
    String forProxy = headers.get(PROXY_AUTHORIZATION);
    String usual = headers.get(AUTHORIZATION);
    if (forProxy == null && usual == null) {
      return unauthorized;
    }
    if (!isRecent(headers.get(OWN_DATE)) && !isRecent(headers.get(DATE))) {
      return undated;
    }
    SignatureHeader given = forProxy == null ? null : SignatureHeader.of(forProxy);
    String source = PROXY_AUTHORIZATION;
    if (given == null) {
      given = usual == null ? null : SignatureHeader.of(usual);
      source = AUTHORIZATION;
    }
    if (hides && given != null) {
      headers.remove(source);
    }
    SigningAlgorithm algorithm = given == null ? null : algorithm(given);
    if (given == null || algorithm == null || !given.covered().containsAll(enforced)) {
      return unverifiable;
    }
    Credential credential = credentials.credential(HmacAuthPlugin.ENTITY, given.username());
    Consumer consumer = credentials.owner(credential);
    if (credential == null || consumer == null) {
      return unverifiable;
    }
    if (!isSignedWith(credential, algorithm, given, request)
        || validatesBody && !hasItsDigest(request)) {
      return mismatch;
    }
    exchange.authenticate(consumer, credential);
    ConsumerHeaders.authenticated(consumer, credential.key()).applyTo(headers);
    return Reply.NEXT;
  }

  private boolean isRecent(@Nullable String date) {
    OptionalLong seconds = date == null ? OptionalLong.empty() : HttpDate.seconds(date);
    return seconds.isPresent()
        && Math.abs(Math.floorDiv(clock.millis(), 1000L) - seconds.getAsLong()) <= skewSeconds;
  }

  private @Nullable SigningAlgorithm algorithm(SignatureHeader given) {
    return algorithms.contains(given.algorithm())
        ? SigningAlgorithm.named(given.algorithm())
        : null;
  }

  private static boolean isSignedWith(
      Credential credential, SigningAlgorithm algorithm, SignatureHeader given, Request request) {
    JsonNode secret = credential.stored().get("secret");
    if (secret == null || !secret.isString() || secret.stringValue().isEmpty()) {
      return false;
    }
    byte[] signature;
    try {
      signature = Base64.getDecoder().decode(given.signature());
    } catch (IllegalArgumentException broken) {
      return false;
    }
    byte[] text = signedText(given.covered(), request).getBytes(StandardCharsets.ISO_8859_1);
    return MessageDigest.isEqual(
        algorithm.sign(text, secret.stringValue().getBytes(StandardCharsets.UTF_8)), signature);
  }

  /** A line for each of what is covered, one character for each octet. */
  private static String signedText(List<String> covered, Request request) {
    StringBuilder text = new StringBuilder(256);
    for (int i = 0; i < covered.size(); i++) {
      if (i > 0) {
        text.append('\n');
      }
      String name = covered.get(i);
      String value = request.headers().get(name.toLowerCase(Locale.ROOT));
      if (value != null) {
        text.append(name).append(": ").append(value);
      } else if (name.equals("@request-target")) {
        text.append(name)
            .append(": ")
            .append(request.method().toLowerCase(Locale.ROOT))
            .append(' ')
            .append(request.rawTarget());
      } else if (name.equals("request-line")) {
        text.append(request.method())
            .append(' ')
            .append(request.rawTarget())
            .append(" HTTP/")
            .append(request.httpVersion().equals("2") ? "2.0" : request.httpVersion());
      } else {
        text.append(name).append(':');
      }
    }
    return text.toString();
  }

  private static boolean hasItsDigest(Request request) {
    byte[] body = request.body() == null ? NOTHING : request.body();
    String told = request.headers().get(DIGEST);
    if (told == null) {
      return body.length == 0;
    }
    String made = "SHA-256=" + Base64.getEncoder().encodeToString(sha256(body));
    return MessageDigest.isEqual(
        made.getBytes(StandardCharsets.ISO_8859_1), told.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static byte[] sha256(byte[] body) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(body);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every Java platform has it
    }
  }

  private static Reply refusal(String message, String challenge) {
    return Reply.refuse(401, message, new Reply.HeaderLine("www-authenticate", challenge));
  }
}
