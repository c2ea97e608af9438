package io.portcullis.plugins.keyauth;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.plugin.AnonymousAccess;
import io.portcullis.core.plugin.ConsumerHeaders;
import io.portcullis.core.plugin.CredentialStore;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.HeaderText;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Request;
import io.portcullis.plugins.form.BodyArguments;
import io.portcullis.plugins.form.FormText;
import java.util.List;
import java.util.Locale;

/**
 * Looks a key up. The first of the configured names that the request has decides, in the header
 * before the query before the body.
 */
final class KeyAuthHandler implements PluginHandler {
  private static final int UNAUTHORIZED = 401;

  private final CredentialStore credentials;
  private final AnonymousAccess anonymous;
  private final String[] names;
  private final String[] headerNames;
  private final boolean inHeader;
  private final boolean inQuery;
  private final boolean inBody;
  private final boolean hides;
  private final boolean runOnPreflight;
  private final Reply missing;
  private final Reply duplicate;
  private final Reply unauthorized;

  KeyAuthHandler(KeyAuthConfig config, CredentialStore credentials) {
    this.credentials = credentials;
    this.anonymous = new AnonymousAccess(credentials, config.anonymous());
    this.names = config.keyNames().toArray(String[]::new);
    this.headerNames = new String[names.length];
    for (int i = 0; i < names.length; i++) {
      headerNames[i] = names[i].toLowerCase(Locale.ROOT);
    }
    this.inHeader = config.keyInHeader();
    this.inQuery = config.keyInQuery();
    this.inBody = config.keyInBody();
    this.hides = config.hideCredentials();
    this.runOnPreflight = config.runOnPreflight();
    String challenge = config.realm() == null ? "Key" : "Key realm=\"" + config.realm() + "\"";
    this.missing = refusal("No API key found in request", challenge);
    this.duplicate = refusal("Duplicate API key found", challenge);
    this.unauthorized = refusal("Unauthorized", challenge);
  }

  @Override
  public boolean wantsRequestBody() {
    return inBody;
  }

  @Override
  public Reply access(Exchange exchange) {
    if (!runOnPreflight && exchange.request().method().equals("OPTIONS")) {
      return Reply.NEXT;
    }
    if (anonymous.isSettled(exchange)) {
      return Reply.NEXT;
    }
    return anonymous.orElse(exchange, authenticate(exchange));
  }

  private Reply authenticate(Exchange exchange) {
    Request request = exchange.request();
    BodyArguments body = inBody ? BodyArguments.of(request) : BodyArguments.NONE;
    for (int i = 0; i < names.length; i++) {
      int lines = inHeader ? count(request.headers(), headerNames[i]) : 0;
      String key = null;
      if (lines == 1) {
        key = HeaderText.utf8(String.valueOf(request.headers().get(headerNames[i])));
      } else if (lines == 0) {
        List<String> values = inQuery ? request.queryValues(names[i]) : List.of();
        boolean bare = inQuery && request.hasBareQueryArgument(names[i]);
        if (values.isEmpty() && !bare) {
          values = body.values(names[i]);
        } else if (bare && values.isEmpty()) {
          continue; // there, but not a text
        }
        if (values.isEmpty()) {
          continue;
        }
        key = values.size() == 1 && !bare ? values.getFirst() : null;
      }
      if (hides) {
        hide(request, i, body);
      }
      return key == null ? duplicate : lookUp(exchange, key);
    }
    return missing;
  }

  private Reply lookUp(Exchange exchange, String key) {
    if (key.isEmpty()) {
      return missing;
    }
    Credential credential = credentials.credential(KeyAuthCredentials.ENTITY, key);
    Consumer consumer = credentials.owner(credential);
    if (credential == null || consumer == null) {
      return unauthorized;
    }
    exchange.authenticate(consumer, credential);
    ConsumerHeaders.authenticated(consumer, credential.id().toString())
        .applyTo(exchange.request().headers());
    return Reply.NEXT;
  }

  /** Takes a name out of everything that is looked at. */
  private void hide(Request request, int name, BodyArguments body) {
    if (inHeader) {
      request.headers().remove(headerNames[name]);
    }
    String query = request.rawQuery();
    if (inQuery && query != null) {
      String rest = FormText.without(query, names[name]);
      if (rest.length() != query.length()) {
        request.setRawQuery(rest.isEmpty() ? null : rest);
      }
    }
    byte[] changed = body.without(names[name]);
    if (changed != null) {
      request.setBody(changed);
    }
  }

  private static int count(Headers headers, String name) {
    int first = headers.indexOf(name);
    if (first < 0) {
      return 0;
    }
    return headers.indexOf(name, first + 1) < 0 ? 1 : 2;
  }

  private static Reply refusal(String message, String challenge) {
    return Reply.refuse(UNAUTHORIZED, message, new Reply.HeaderLine("www-authenticate", challenge));
  }
}
