package io.portcullis.core.plugin;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Hears of the calls that a plugin makes to answer an exchange. A plugin that runs earlier leaves
 * one in the exchange. Thread-safe: calls begin and end on any thread, also when the exchange is
 * over.
 */
public interface CallObserver {
  /** Where it is left for plugins that run later. */
  ExchangeKey<CallObserver> KEY = ExchangeKey.named("call observer");

  /**
   * A call is about to be sent.
   *
   * @param name what an operator knows it by, not what one request makes of it
   * @param headers what will be sent; may be changed now
   */
  Call begun(String name, String method, URI uri, Headers headers);

  /** A call on its way. */
  @FunctionalInterface
  interface Call {
    /**
     * It is over; told once.
     *
     * @param status of the answer, or 0 when there is none
     * @param failure why there is none
     */
    void ended(int status, @Nullable Throwable failure);
  }
}
