package io.portcullis.plugins.oauth2;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of {@code oauth2}.
 *
 * @param scopes those that tokens may be asked for; null for any, and none is then kept
 * @param mandatoryScope whether a scope must be asked for
 * @param provisionKey proves that a request to authorize comes from the service's own pages
 * @param tokenExpiration seconds that an access token is good for; 0 for ever
 * @param hideCredentials whether the upstream does not get the token
 * @param acceptHttpIfAlreadyTerminated whether a trusted proxy may say that it was called by HTTPS
 * @param anonymous id or username of the consumer that a caller without a valid token becomes
 * @param globalCredentials whether tokens hold for all services that say so too
 * @param authHeaderName header with the token; null for {@code authorization}
 * @param refreshTokenTtl seconds after which a token is deleted; 0 for never
 * @param reuseRefreshToken whether a refresh token stays the same when it is used
 * @param pkce {@code none}, {@code lax} or {@code strict}; null counts as lax
 * @param realm shown in {@code WWW-Authenticate}
 */
public record OAuth2Config(
    @Nullable List<String> scopes,
    boolean mandatoryScope,
    String provisionKey,
    double tokenExpiration,
    boolean enableAuthorizationCode,
    boolean enableImplicitGrant,
    boolean enableClientCredentials,
    boolean enablePasswordGrant,
    boolean hideCredentials,
    boolean acceptHttpIfAlreadyTerminated,
    @Nullable String anonymous,
    boolean globalCredentials,
    @Nullable String authHeaderName,
    double refreshTokenTtl,
    boolean reuseRefreshToken,
    @Nullable String pkce,
    @Nullable String realm) {

  /** Without the provision key, which is secret. */
  @Override
  public String toString() {
    return "oauth2 configuration";
  }
}
