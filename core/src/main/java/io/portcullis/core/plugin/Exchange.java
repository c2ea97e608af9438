package io.portcullis.core.plugin;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. Only the thread that runs a phase may use it; nothing in it is
 * thread-safe.
 */
public interface Exchange {
  /** 32 lower-case hex digits, sent as {@code X-Kong-Request-Id}. */
  String id();

  Request request();

  Response response();

  /** The matched route; null in {@code rewrite} and when none matched. */
  @Nullable Route route();

  /** The matched route's service; null when it has none. */
  @Nullable Service service();

  /** Whom an authentication plugin recognised, or the anonymous consumer. */
  @Nullable Consumer consumer();

  /** The credential that proved it; null for an anonymous consumer. */
  @Nullable Credential credential();

  /**
   * Sets or (with nulls) clears who is calling; consumer-scoped configurations of later plugins
   * follow.
   */
  void authenticate(@Nullable Consumer consumer, @Nullable Credential credential);

  /** The client's address after {@code trusted_ips} and {@code real_ip_header}, in text form. */
  String clientAddress();

  /** Wall clock at the first byte of the request, milliseconds since 1970. */
  long startedAtMillis();

  <T> @Nullable T get(ExchangeKey<T> key);

  <T> void put(ExchangeKey<T> key, @Nullable T value);
}
