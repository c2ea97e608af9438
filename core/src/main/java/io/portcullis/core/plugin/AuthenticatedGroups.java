package io.portcullis.core.plugin;

import java.util.List;

/**
 * Groups that an authentication plugin found out about a caller by itself, from a directory for
 * example; the acl plugin asks for them.
 */
public final class AuthenticatedGroups {
  /** Names of the groups; absent when nobody knows any. */
  public static final ExchangeKey<List<String>> KEY = ExchangeKey.named("authenticated groups");

  private AuthenticatedGroups() {}
}
