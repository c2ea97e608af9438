package io.portcullis.plugins.acl;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.plugin.AuthenticatedGroups;
import io.portcullis.core.plugin.CredentialStore;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.HeaderText;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares a caller's groups with the configured ones. */
final class AclHandler implements PluginHandler {
  private static final String CONSUMER_GROUPS = "x-consumer-groups";
  private static final String AUTHENTICATED_GROUPS = "x-authenticated-groups";
  private static final Reply FORBIDDEN = Reply.refuse(403, "You cannot consume this service");
  private static final Reply UNAUTHORIZED = Reply.refuse(401, "Unauthorized");

  private final CredentialStore credentials;
  private final Set<String> listed;
  private final boolean allows;
  private final boolean hidesGroups;
  private final boolean prefersAuthenticated;

  AclHandler(AclConfig config, CredentialStore credentials) {
    this.credentials = credentials;
    List<String> allow = config.allow() == null ? List.of() : config.allow();
    List<String> deny = config.deny() == null ? List.of() : config.deny();
    this.allows = !allow.isEmpty();
    this.listed = Set.copyOf(allows ? allow : deny);
    this.hidesGroups = config.hideGroupsHeader();
    this.prefersAuthenticated = config.alwaysUseAuthenticatedGroups();
  }

  @Override
  public Reply access(Exchange exchange) {
    Consumer consumer = exchange.consumer();
    if (consumer == null || prefersAuthenticated) {
      List<String> groups = exchange.get(AuthenticatedGroups.KEY);
      if (groups != null) {
        return byAuthenticated(exchange, groups);
      }
    }
    return consumer == null
        ? refusal(exchange)
        : byConsumer(exchange, credentials.credentialsOf(AclPlugin.ENTITY, consumer.id()));
  }

  private Reply byConsumer(Exchange exchange, List<Credential> groups) {
    if (groups.isEmpty() && allows) {
      return refusal(exchange);
    }
    boolean found = false;
    for (int i = 0; i < groups.size() && !found; i++) {
      found = listed.contains(groups.get(i).key());
    }
    if (found != allows) {
      return FORBIDDEN;
    }
    String names = null;
    for (int i = 0; i < groups.size() && !hidesGroups; i++) {
      names = joined(names, groups.get(i).key());
    }
    tell(exchange, CONSUMER_GROUPS, names);
    return Reply.NEXT;
  }

  private Reply byAuthenticated(Exchange exchange, List<String> groups) {
    boolean found = false;
    String names = null;
    for (String group : groups) {
      found |= listed.contains(group);
      names = hidesGroups ? null : joined(names, group);
    }
    if (found != allows) {
      return FORBIDDEN;
    }
    tell(exchange, AUTHENTICATED_GROUPS, names);
    return Reply.NEXT;
  }

  /** Nobody in particular is asked to say who it is, somebody is told that this is not for them. */
  private static Reply refusal(Exchange exchange) {
    return exchange.credential() == null ? UNAUTHORIZED : FORBIDDEN;
  }

  private static String joined(@Nullable String names, String name) {
    return names == null ? name : names + ", " + name;
  }

  /** A header that the client sent is replaced or removed, so that nobody can pose as a member. */
  private static void tell(Exchange exchange, String header, @Nullable String names) {
    if (names == null) {
      exchange.request().headers().remove(header);
    } else {
      exchange.request().headers().set(header, HeaderText.of(names));
    }
  }
}
