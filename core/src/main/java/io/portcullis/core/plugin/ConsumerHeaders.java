package io.portcullis.core.plugin;

import io.portcullis.core.entity.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The request headers that tell an upstream who calls. Headers of the same names that the client
 * sent are replaced or removed, so that nobody can pose as somebody else. Immutable, meant to be
 * kept with a verified credential.
 */
public final class ConsumerHeaders {
  private static final String ID = "x-consumer-id";
  private static final String CUSTOM_ID = "x-consumer-custom-id";
  private static final String USERNAME = "x-consumer-username";
  private static final String CREDENTIAL = "x-credential-identifier";
  private static final String ANONYMOUS = "x-anonymous-consumer";

  private final @Nullable String id;
  private final @Nullable String customId;
  private final @Nullable String username;
  private final @Nullable String credential;
  private final boolean anonymous;

  private ConsumerHeaders(
      @Nullable Consumer consumer, @Nullable String credential, boolean anonymous) {
    this.id = consumer == null ? null : consumer.id().toString();
    this.customId = consumer == null ? null : octets(consumer.customId());
    this.username = consumer == null ? null : octets(consumer.username());
    this.credential = octets(credential);
    this.anonymous = anonymous;
  }

  /**
   * For a caller who proved to be somebody.
   *
   * @param consumer null when the credential belongs to nobody, as with LDAP
   * @param credentialIdentifier what the plugin calls the credential by: key, id or username
   */
  public static ConsumerHeaders authenticated(
      @Nullable Consumer consumer, @Nullable String credentialIdentifier) {
    return new ConsumerHeaders(consumer, credentialIdentifier, false);
  }

  /** For a caller who proved nothing and is let in as {@code consumer}. */
  public static ConsumerHeaders anonymous(Consumer consumer) {
    return new ConsumerHeaders(consumer, null, true);
  }

  /** Sets and removes. */
  public void applyTo(Headers request) {
    put(request, ID, id);
    put(request, CUSTOM_ID, customId);
    put(request, USERNAME, username);
    put(request, CREDENTIAL, credential);
    put(request, ANONYMOUS, anonymous ? "true" : null);
  }

  private static void put(Headers request, String name, @Nullable String value) {
    if (value == null) {
      request.remove(name);
    } else {
      request.set(name, value);
    }
  }

  private static @Nullable String octets(@Nullable String text) {
    return text == null ? null : HeaderText.of(text);
  }
}
