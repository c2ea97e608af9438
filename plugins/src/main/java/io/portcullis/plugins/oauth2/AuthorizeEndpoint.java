package io.portcullis.plugins.oauth2;

import io.portcullis.core.plugin.CredentialStore;
import io.portcullis.core.plugin.PluginRows;
import io.portcullis.core.plugin.Reply;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gives codes, or with the implicit grant tokens, to clients that a user lets in. Asked by the
 * service's own pages, which know the provision key and who the user is.
 */
final class AuthorizeEndpoint {
  private final OAuth2Config config;
  private final UUID configuration;
  private final CredentialStore credentials;
  private final Grants grants;
  private final Scopes scopes;

  /**
   * @param configuration id of the stored configuration
   */
  AuthorizeEndpoint(
      OAuth2Config config, UUID configuration, CredentialStore credentials, Grants grants) {
    this.config = config;
    this.configuration = configuration;
    this.credentials = credentials;
    this.grants = grants;
    this.scopes = new Scopes(config);
  }

  /** Blocks. */
  Reply answer(TokenRequest request, PluginRows rows) {
    Parameters asked = request.parameters();
    String state = asked.text("state");
    Refused stranger = stranger(request);
    if (stranger != null) {
      return Answers.refused(stranger, state);
    }
    Client client = Client.of(credentials, asked.text("client_id"));
    Scopes.Asked scope = scopes.of(asked);
    Refused why = refusal(asked, client, scope);
    if (why == null && client != null && scope instanceof Scopes.Asked.Granted(String words)) {
      String uri = client.redirectUri(asked);
      Grants.Holder holder =
          new Grants.Holder(
              client.id(), request.service(), asked.text("authenticated_userid"), words);
      return granted(asked, String.valueOf(uri), holder, rows);
    }
    Refused given = why == null ? Refused.invalidClient(null) : why;
    String back = client == null ? null : back(client, asked);
    if (back == null) {
      return Answers.refused(given, state);
    }
    Map<String, String> answer = new LinkedHashMap<>();
    answer.put("error", given.error());
    answer.put("error_description", given.description());
    return Answers.redirect(false, RedirectUri.withQuery(back, with(answer, state)));
  }

  private @Nullable Refused stranger(TokenRequest request) {
    if (request.insecure() != null) {
      return request.insecure();
    }
    if (!Secrets.same(config.provisionKey(), request.parameters().text("provision_key"))) {
      return Refused.provisionKey();
    }
    return request.parameters().hasText("authenticated_userid") ? null : Refused.missingUser();
  }

  /** The last thing that is wrong, which is what Kong tells. */
  private @Nullable Refused refusal(Parameters asked, @Nullable Client client, Scopes.Asked scope) {
    Refused challenge = CodeChallenge.refusal(asked);
    if (challenge != null) {
      return challenge;
    }
    if (client != null && !asked.has("code_challenge") && wantsChallenge(client)) {
      String type = client.isPublic() ? "public" : "confidential";
      return Refused.invalidRequest("code_challenge is required for " + type + " clients");
    }
    if (client == null || client.redirectUris() == null) {
      return Refused.invalidClient(null);
    }
    if (client.redirectUri(asked) == null) {
      return Refused.invalidRequest(
          "Invalid redirect_uri that does not match with any redirect_uri created with the"
              + " application");
    }
    if (scope instanceof Scopes.Asked.Denied(Refused why)) {
      return why;
    }
    String type = asked.text("response_type");
    boolean enabled =
        "code".equals(type) && config.enableAuthorizationCode()
            || "token".equals(type) && config.enableImplicitGrant();
    return enabled ? null : new Refused("unsupported_response_type", "Invalid response_type");
  }

  private boolean wantsChallenge(Client client) {
    return client.isPublic() ? !"none".equals(config.pkce()) : "strict".equals(config.pkce());
  }

  private Reply granted(Parameters asked, String uri, Grants.Holder holder, PluginRows rows) {
    String state = asked.text("state");
    Map<String, String> answer = new LinkedHashMap<>();
    if ("code".equals(asked.text("response_type"))) {
      String challenge = asked.text("code_challenge");
      ObjectNode code =
          rows.change(
              "authorization code", edits -> grants.code(edits, holder, challenge, configuration));
      answer.put("code", code.get("code").stringValue());
      return Answers.redirect(true, RedirectUri.withQuery(uri, with(answer, state)));
    }
    ObjectNode token =
        rows.change(
            "implicit grant", edits -> grants.token(edits, holder, /* refreshable= */ false));
    answer.put("access_token", token.get("access_token").stringValue());
    answer.put("token_type", "bearer");
    if (token.get("expires_in").longValue() > 0) {
      answer.put("expires_in", token.get("expires_in").asString());
    }
    return Answers.redirect(true, RedirectUri.withFragment(uri, with(answer, state)));
  }

  /** Where refusals go: where was asked for, else the client's first. */
  private static @Nullable String back(Client client, Parameters asked) {
    String uri = client.redirectUri(asked);
    List<String> own = client.redirectUris();
    return uri != null || own == null || own.isEmpty() ? uri : own.getFirst();
  }

  private static Map<String, String> with(Map<String, String> answer, @Nullable String state) {
    if (state != null) {
      answer.put("state", state);
    }
    return answer;
  }
}
