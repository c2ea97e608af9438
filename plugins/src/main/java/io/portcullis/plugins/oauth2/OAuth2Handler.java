package io.portcullis.plugins.oauth2;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.entity.Service;
import io.portcullis.core.plugin.AnonymousAccess;
import io.portcullis.core.plugin.ConsumerHeaders;
import io.portcullis.core.plugin.CredentialStore;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.HeaderText;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.PluginRows;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Request;
import io.portcullis.core.plugin.RowsUnavailableException;
import io.portcullis.core.schema.RandomValues;
import io.portcullis.plugins.form.BodyArguments;
import io.portcullis.plugins.form.FormText;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers what comes for the endpoints itself; lets other requests through that carry a token. The
 * endpoints write to the database, and so run on virtual threads; tokens are looked up in memory.
 */
final class OAuth2Handler implements PluginHandler {
  private static final System.Logger LOG = System.getLogger(OAuth2Handler.class.getName());
  private static final String TOKEN_PATH = "/oauth2/token";
  private static final String AUTHORIZE_PATH = "/oauth2/authorize";
  private static final String ACCESS_TOKEN = "access_token";
  private static final String SCOPE_HEADER = "x-authenticated-scope";
  private static final String USER_HEADER = "x-authenticated-userid";
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_ALLOWED = 405;
  private static final long MILLIS = 1000;

  private final OAuth2Config config;
  private final UUID configuration;
  private final CredentialStore credentials;
  private final AnonymousAccess anonymous;
  private final InstantSource clock;
  private final Executor virtualThreads;
  private final Optional<PluginRows> rows;
  private final String header;
  private final TokenEndpoint tokens;
  private final AuthorizeEndpoint authorize;
  private final Reply missing;
  private final Reply invalid;
  private final Reply foreign;

  OAuth2Handler(OAuth2Config config, PluginContext context, RandomValues random) {
    this.config = config;
    this.configuration = context.configuration().id();
    this.credentials = context.credentials();
    this.anonymous = new AnonymousAccess(credentials, config.anonymous());
    this.clock = context.clock();
    this.virtualThreads = context.virtualThreads();
    this.rows = context.rows();
    this.header =
        config.authHeaderName() == null
            ? "authorization"
            : config.authHeaderName().toLowerCase(Locale.ROOT);
    Grants grants = new Grants(config, clock, random);
    this.tokens = new TokenEndpoint(config, configuration, credentials, grants);
    this.authorize = new AuthorizeEndpoint(config, configuration, credentials, grants);
    String untrue = "The access token is invalid or has expired";
    this.missing =
        refusal(UNAUTHORIZED, "invalid_request", "The access token is missing", challenge());
    this.invalid =
        refusal(UNAUTHORIZED, "invalid_token", untrue, challenge("invalid_token", untrue));
    this.foreign =
        refusal(
            UNAUTHORIZED,
            "invalid_token",
            "The access token is global, but the current plugin is configured without"
                + " 'global_credentials'",
            challenge("invalid_token", untrue));
    if (rows.isEmpty()) {
      LOG.log(
          Level.WARNING,
          "oauth2 {0} knows the tokens of its file and gives none: this node has no database",
          configuration);
    }
  }

  @Override
  public boolean wantsRequestBody(Request request) {
    String path = request.path();
    if (isEndpoint(path, TOKEN_PATH) || isEndpoint(path, AUTHORIZE_PATH)) {
      return true;
    }
    return !request.headers().contains(header) && mayHoldToken(request);
  }

  private static boolean mayHoldToken(Request request) {
    String type = request.headers().get("content-type");
    if (type == null || !hasMembers(request.method())) {
      return false;
    }
    return type.regionMatches(true, 0, FORM, 0, FORM.length())
        || type.regionMatches(true, 0, "application/json", 0, "application/json".length())
        || type.regionMatches(true, 0, "multipart/form-data", 0, "multipart/form-data".length());
  }

  private static boolean hasMembers(String method) {
    return method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
  }

  private static boolean isEndpoint(String path, String end) {
    boolean slash = path.endsWith("/");
    return slash ? path.startsWith(end, path.length() - end.length() - 1) : path.endsWith(end);
  }

  @Override
  public Reply access(Exchange exchange) {
    String path = exchange.request().path();
    if (isEndpoint(path, TOKEN_PATH)) {
      return endpoint(exchange, "token", tokens::answer);
    }
    if (isEndpoint(path, AUTHORIZE_PATH)) {
      return endpoint(exchange, "authorization", authorize::answer);
    }
    if (anonymous.isSettled(exchange)) {
      withoutUser(exchange);
      return Reply.NEXT;
    }
    Reply reply = authenticate(exchange);
    if (reply instanceof Reply.Next || reply.equals(foreign)) {
      return reply;
    }
    withoutUser(exchange);
    return anonymous.orElse(exchange, reply);
  }

  /** One of the two that clients ask for codes and tokens. */
  private interface Endpoint {
    Reply answer(TokenRequest request, PluginRows rows);
  }

  private Reply endpoint(Exchange exchange, String name, Endpoint endpoint) {
    String method = exchange.request().method();
    if (!method.equals("POST")) {
      String why = "The HTTP method " + method + " is invalid for the " + name + " endpoint";
      return refusal(NOT_ALLOWED, "invalid_method", why, challenge("invalid_method", why));
    }
    if (rows.isEmpty()) {
      return Answers.unavailable("This node has no database to keep codes and tokens in");
    }
    if (exchange.service() == null && !config.globalCredentials()) {
      return Reply.refuse(500, "An unexpected error occurred");
    }
    TokenRequest request =
        TokenRequest.of(exchange, header, config.acceptHttpIfAlreadyTerminated());
    PluginRows kept = rows.get();
    return new Reply.Later(
        CompletableFuture.supplyAsync(() -> written(request, kept, endpoint), virtualThreads));
  }

  private Reply written(TokenRequest request, PluginRows kept, Endpoint endpoint) {
    try {
      return endpoint.answer(request, kept);
    } catch (RowsUnavailableException away) {
      LOG.log(Level.ERROR, "oauth2 {0} gives no token: {1}", configuration, away.getMessage());
      return Answers.unavailable("Codes and tokens cannot be kept now");
    }
  }

  private Reply authenticate(Exchange exchange) {
    String given = given(exchange.request());
    if (given == null || given.isEmpty()) {
      return missing;
    }
    Credential token = credentials.credential(OAuth2Entities.TOKENS, given);
    if (token == null) {
      return invalid;
    }
    JsonNode row = token.stored();
    Service called = exchange.service();
    JsonNode service = row.path("service").path("id");
    if (!config.globalCredentials() && !service.isString()) {
      return foreign;
    }
    if (service.isString()
        && (called == null || !UUID.fromString(service.stringValue()).equals(called.id()))) {
      return invalid;
    }
    long seconds = row.path("expires_in").asLong(0);
    long age = clock.millis() - row.path("created_at").asLong(0) * MILLIS;
    if (seconds > 0 && age > seconds * MILLIS) {
      return invalid;
    }
    Credential client =
        credentials.credentialById(
            OAuth2Entities.CLIENTS, UUID.fromString(row.get("credential").get("id").stringValue()));
    Consumer consumer = credentials.owner(client);
    if (client == null || consumer == null) {
      return invalid;
    }
    exchange.authenticate(consumer, client);
    Headers headers = exchange.request().headers();
    ConsumerHeaders.authenticated(consumer, client.key()).applyTo(headers);
    put(headers, SCOPE_HEADER, row.get("scope"));
    put(headers, USER_HEADER, row.get("authenticated_userid"));
    return Reply.NEXT;
  }

  /** The token of a request; it is taken out where that is asked for. */
  private @Nullable String given(Request request) {
    String line = request.headers().get(header);
    if (line != null) {
      String bearer = bearer(line);
      if (config.hideCredentials()) {
        if (bearer != null) {
          request.headers().remove(header);
        } else {
          hideArgument(request, BodyArguments.NONE);
        }
      }
      return HeaderText.utf8(bearer == null ? line : bearer);
    }
    BodyArguments body =
        hasMembers(request.method()) ? BodyArguments.of(request) : BodyArguments.NONE;
    List<String> values = body.values(ACCESS_TOKEN);
    if (values.isEmpty() && !request.hasBareQueryArgument(ACCESS_TOKEN)) {
      values = request.queryValues(ACCESS_TOKEN);
    }
    if (values.size() != 1) {
      return null;
    }
    if (config.hideCredentials()) {
      hideArgument(request, body);
    }
    return values.getFirst();
  }

  private static void hideArgument(Request request, BodyArguments body) {
    String query = request.rawQuery();
    if (query != null) {
      String rest = FormText.without(query, ACCESS_TOKEN);
      if (rest.length() != query.length()) {
        request.setRawQuery(rest.isEmpty() ? null : rest);
      }
    }
    byte[] changed = body instanceof BodyArguments.Form ? body.without(ACCESS_TOKEN) : null;
    if (changed != null) {
      request.setBody(changed);
    }
  }

  /** The second of two words, the first of which is {@code Bearer} or {@code token}. */
  private static @Nullable String bearer(String line) {
    String text = line.strip();
    int end = 0;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    boolean scheme =
        end == "bearer".length() && text.regionMatches(true, 0, "bearer", 0, end)
            || end == "token".length() && text.regionMatches(true, 0, "token", 0, end);
    if (!scheme) {
      return null;
    }
    String rest = text.substring(end).strip();
    for (int i = 0; i < rest.length(); i++) {
      if (Character.isWhitespace(rest.charAt(i))) {
        return null;
      }
    }
    return rest.isEmpty() ? null : rest;
  }

  private static void put(Headers headers, String name, @Nullable JsonNode value) {
    if (value != null && value.isString()) {
      headers.set(name, HeaderText.of(value.stringValue()));
    } else {
      headers.remove(name);
    }
  }

  private static void withoutUser(Exchange exchange) {
    exchange.request().headers().remove(SCOPE_HEADER);
    exchange.request().headers().remove(USER_HEADER);
  }

  private String challenge() {
    return config.realm() == null ? "Bearer" : "Bearer realm=\"" + config.realm() + "\"";
  }

  private String challenge(String error, String description) {
    return challenge() + " error=\"" + error + "\" error_description=\"" + description + "\"";
  }

  private static Reply refusal(int status, String error, String description, String challenge) {
    ObjectNode body = Answers.error(error, description);
    return Reply.exit(status, body.toString(), new Reply.HeaderLine("www-authenticate", challenge));
  }
}
