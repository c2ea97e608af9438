package io.portcullis.plugins.basicauth;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.plugin.AnonymousAccess;
import io.portcullis.core.plugin.ConsumerHeaders;
import io.portcullis.core.plugin.CredentialStore;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Compares a name and a password with the stored ones. */
final class BasicAuthHandler implements PluginHandler {
  private static final String PROXY_AUTHORIZATION = "proxy-authorization";
  private static final String AUTHORIZATION = "authorization";

  private final CredentialStore credentials;
  private final AnonymousAccess anonymous;
  private final boolean hides;
  private final Reply unauthorized;

  BasicAuthHandler(BasicAuthConfig config, CredentialStore credentials) {
    this.credentials = credentials;
    this.anonymous = new AnonymousAccess(credentials, config.anonymous());
    this.hides = config.hideCredentials();
    this.unauthorized =
        Reply.refuse(
            401,
            "Unauthorized",
            new Reply.HeaderLine("www-authenticate", "Basic realm=\"" + config.realm() + "\""));
  }

  @Override
  public Reply access(Exchange exchange) {
    return anonymous.isSettled(exchange)
        ? Reply.NEXT
        : anonymous.orElse(exchange, authenticate(exchange));
  }

  private Reply authenticate(Exchange exchange) {
    Headers headers = exchange.request().headers();
    NameAndPassword given = given(headers, PROXY_AUTHORIZATION);
    Credential credential = credential(given);
    if (credential == null) {
      given = given(headers, AUTHORIZATION);
      credential = credential(given);
    }
    Consumer consumer = credentials.owner(credential);
    if (given == null
        || credential == null
        || consumer == null
        || !isRight(given, consumer, credential)) {
      return unauthorized;
    }
    exchange.authenticate(consumer, credential);
    ConsumerHeaders.authenticated(consumer, credential.key()).applyTo(headers);
    return Reply.NEXT;
  }

  private @Nullable NameAndPassword given(Headers headers, String name) {
    String value = headers.get(name);
    if (value == null) {
      return null;
    }
    NameAndPassword given = NameAndPassword.of(value);
    if (hides) {
      headers.remove(name);
    }
    return given;
  }

  private @Nullable Credential credential(@Nullable NameAndPassword given) {
    return given == null ? null : credentials.credential(BasicAuthPlugin.ENTITY, given.name());
  }

  private static boolean isRight(NameAndPassword given, Consumer owner, Credential credential) {
    JsonNode hash = credential.stored().get("password");
    return hash != null
        && hash.isString()
        && PasswordHash.matches(given.password(), owner.id().toString(), hash.stringValue());
  }
}
