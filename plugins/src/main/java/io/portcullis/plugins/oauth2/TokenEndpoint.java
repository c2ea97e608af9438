package io.portcullis.plugins.oauth2;

import io.portcullis.core.plugin.CredentialStore;
import io.portcullis.core.plugin.PluginRows;
import io.portcullis.core.plugin.Reply;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Gives tokens to clients that prove who they are. */
final class TokenEndpoint {
  private static final String BASIC = "Basic realm=\"OAuth2.0\"";
  private static final Refused INVALID_CODE = Refused.invalidRequest("Invalid code");
  private static final Refused INVALID_REFRESH_TOKEN =
      Refused.invalidRequest("Invalid refresh_token");

  private final OAuth2Config config;
  private final UUID configuration;
  private final CredentialStore credentials;
  private final Grants grants;
  private final Scopes scopes;

  /**
   * @param configuration id of the stored configuration
   */
  TokenEndpoint(
      OAuth2Config config, UUID configuration, CredentialStore credentials, Grants grants) {
    this.config = config;
    this.configuration = configuration;
    this.credentials = credentials;
    this.grants = grants;
    this.scopes = new Scopes(config);
  }

  /** What becomes of a request. */
  private sealed interface Outcome {
    record Given(ObjectNode token) implements Outcome {}

    record Not(Refused why) implements Outcome {}
  }

  /** Who asks for what. */
  private record Asker(TokenRequest request, Client client, PluginRows rows) {
    Parameters parameters() {
      return request.parameters();
    }
  }

  /** Blocks. */
  Reply answer(TokenRequest request, PluginRows rows) {
    String state = request.parameters().text("state");
    return switch (outcome(request, rows)) {
      case Outcome.Not(Refused why) -> Answers.refused(why, state);
      case Outcome.Given(ObjectNode token) -> {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.set("access_token", token.get("access_token"));
        body.put("token_type", "bearer");
        if (token.get("expires_in").longValue() > 0) {
          body.set("expires_in", token.get("expires_in"));
        }
        if (token.hasNonNull("refresh_token")) {
          body.set("refresh_token", token.get("refresh_token"));
        }
        if (state != null) {
          body.put("state", state);
        }
        yield Answers.granted(body);
      }
    };
  }

  private Outcome outcome(TokenRequest request, PluginRows rows) {
    if (request.insecure() != null) {
      return new Outcome.Not(request.insecure());
    }
    String grant = request.parameters().text("grant_type");
    ClientProof proof = ClientProof.of(request);
    Client client = Client.of(credentials, proof.id());
    Refused why = refusal(request.parameters(), grant, proof, client);
    if (why != null || grant == null) {
      return new Outcome.Not(why == null ? Refused.invalidClient(null) : why);
    }
    if (client == null) {
      // Kong looks at this one parameter before it looks whether there is a client at all.
      Refused key = userWithoutKey(request.parameters());
      return new Outcome.Not(key == null ? Refused.invalidClient(null) : key);
    }
    Asker asker = new Asker(request, client, rows);
    return switch (grant) {
      case "authorization_code" -> forCode(asker);
      case "refresh_token" -> forRefreshToken(asker);
      case "password" -> forPassword(asker);
      default -> forClient(asker);
    };
  }

  /** The last thing that is wrong, which is what Kong tells. */
  private @Nullable Refused refusal(
      Parameters asked, @Nullable String grant, ClientProof proof, @Nullable Client client) {
    String challenge = proof.fromHeader() ? BASIC : null;
    if (client != null && client.isPublic() && proof.hasSecret()) {
      return Refused.invalidRequest("client_secret is disallowed for public clients");
    }
    if (client != null && !client.isPublic() && !client.proves(proof.secret())) {
      return Refused.invalidClient(challenge);
    }
    if (!"client_credentials".equals(grant)) {
      if (client == null || client.redirectUris() == null) {
        return Refused.invalidClient(challenge);
      }
      if (client.redirectUri(asked) == null) {
        return Refused.invalidRequest(
            "Invalid redirect_uri that does not match with any redirect_uri created with the"
                + " application");
      }
    }
    return isEnabled(grant) ? null : new Refused("unsupported_grant_type", "Invalid grant_type");
  }

  private boolean isEnabled(@Nullable String grant) {
    return switch (grant) {
      case "authorization_code", "refresh_token" -> true;
      case "client_credentials" -> config.enableClientCredentials();
      case "password" -> config.enablePasswordGrant();
      case null, default -> false;
    };
  }

  private @Nullable Refused userWithoutKey(Parameters asked) {
    return asked.has("authenticated_userid") && !hasKey(asked) ? Refused.provisionKey() : null;
  }

  private boolean hasKey(Parameters asked) {
    return Secrets.same(config.provisionKey(), asked.text("provision_key"));
  }

  private Outcome forClient(Asker asker) {
    Refused key = userWithoutKey(asker.parameters());
    return key != null
        ? new Outcome.Not(key)
        : scoped(asker, "client credentials grant", /* refreshable= */ false);
  }

  private Outcome forPassword(Asker asker) {
    if (!hasKey(asker.parameters())) {
      return new Outcome.Not(Refused.provisionKey());
    }
    return asker.parameters().hasText("authenticated_userid")
        ? scoped(asker, "password grant", /* refreshable= */ true)
        : new Outcome.Not(Refused.missingUser());
  }

  private Outcome scoped(Asker asker, String purpose, boolean refreshable) {
    return switch (scopes.of(asker.parameters())) {
      case Scopes.Asked.Denied(Refused why) -> new Outcome.Not(why);
      case Scopes.Asked.Granted(String scope) -> {
        Grants.Holder holder =
            new Grants.Holder(
                asker.client().id(),
                asker.request().service(),
                asker.parameters().text("authenticated_userid"),
                scope);
        yield new Outcome.Given(
            asker.rows().change(purpose, edits -> grants.token(edits, holder, refreshable)));
      }
    };
  }

  private Outcome forCode(Asker asker) {
    String code = asker.parameters().text("code");
    ObjectNode row = code == null ? null : asker.rows().find(OAuth2Entities.CODES, "code", code);
    Refused why = row == null ? INVALID_CODE : refusedCode(asker, row);
    if (why != null || code == null) {
      return new Outcome.Not(why == null ? INVALID_CODE : why);
    }
    Optional<ObjectNode> token =
        asker
            .rows()
            .change(
                "authorization code grant",
                edits -> {
                  // Again, because another request may have used it meanwhile.
                  ObjectNode unused = edits.find(OAuth2Entities.CODES, "code", code);
                  if (unused == null) {
                    return Optional.empty();
                  }
                  grants.delete(edits, OAuth2Entities.CODES, unused);
                  return Optional.of(
                      grants.token(edits, holder(asker, unused), /* refreshable= */ true));
                });
    return token.<Outcome>map(Outcome.Given::new).orElseGet(() -> new Outcome.Not(INVALID_CODE));
  }

  private @Nullable Refused refusedCode(Asker asker, JsonNode row) {
    if (!grants.holdsFor(row, asker.request().service()) || !isOf(asker.client(), row)) {
      return INVALID_CODE;
    }
    boolean challenged =
        row.hasNonNull("challenge_method")
            || (asker.client().isPublic()
                ? !"none".equals(config.pkce())
                : "strict".equals(config.pkce()));
    if (challenged) {
      Refused why =
          CodeChallenge.unanswered(asker.parameters(), row.path("challenge").asString(null));
      if (why != null) {
        return why;
      }
    }
    String giver = row.path("plugin").path("id").asString(null);
    boolean other = giver != null && !giver.equals(configuration.toString());
    return config.globalCredentials() && other ? INVALID_CODE : null;
  }

  private Outcome forRefreshToken(Asker asker) {
    String given = asker.parameters().text("refresh_token");
    ObjectNode row =
        given == null ? null : asker.rows().find(OAuth2Entities.TOKENS, "refresh_token", given);
    if (given == null || row == null || !grants.holdsFor(row, asker.request().service())) {
      return new Outcome.Not(INVALID_REFRESH_TOKEN);
    }
    if (!isOf(asker.client(), row)) {
      return new Outcome.Not(Refused.invalidClient(null));
    }
    if (!scopes.stillKnow(row.path("scope").asString(null))) {
      return new Outcome.Not(new Refused("invalid_scope", "Scope mismatch"));
    }
    Optional<ObjectNode> token =
        asker
            .rows()
            .change(
                "refresh token grant",
                edits -> {
                  ObjectNode former = edits.find(OAuth2Entities.TOKENS, "refresh_token", given);
                  return former == null
                      ? Optional.empty()
                      : Optional.of(grants.another(edits, former, holder(asker, former)));
                });
    return token
        .<Outcome>map(Outcome.Given::new)
        .orElseGet(() -> new Outcome.Not(INVALID_REFRESH_TOKEN));
  }

  private static boolean isOf(Client client, JsonNode row) {
    return client.id().equals(row.path("credential").path("id").asString(""));
  }

  /** Whoever had the row may have what comes in its place. */
  private static Grants.Holder holder(Asker asker, JsonNode row) {
    return new Grants.Holder(
        asker.client().id(),
        asker.request().service(),
        row.path("authenticated_userid").asString(null),
        row.path("scope").asString(null));
  }
}
