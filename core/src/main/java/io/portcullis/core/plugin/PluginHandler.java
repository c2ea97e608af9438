package io.portcullis.core.plugin;

import org.jspecify.annotations.Nullable;

/**
 * One plugin with one configuration, made by {@link Plugin#start}. It overrides only the phases
 * that it uses; the chain skips the others. Methods are called by many exchanges at once and read
 * only. They run on the exchange's I/O thread and may not block, unless the plugin's spec says
 * {@code blocking()}: then {@code rewrite} and {@code access} run on a virtual thread. An exception
 * in a phase is a 500 (before the answer started) or logged.
 */
public interface PluginHandler {
  default Reply rewrite(Exchange exchange) {
    return Reply.NEXT;
  }

  default Reply access(Exchange exchange) {
    return Reply.NEXT;
  }

  /**
   * Whether this configuration wants the request body that its plugin's spec asks for. Asked once,
   * when the chain is compiled; no makes the body stream, as far as this configuration goes.
   */
  default boolean wantsRequestBody() {
    return true;
  }

  /**
   * Whether it wants the body of this request, of which the head is here. Asked before {@code
   * access}, unless the answer above is no or a consumer decides which configuration runs; a body
   * that nobody wants streams.
   */
  default boolean wantsRequestBody(Request request) {
    return true;
  }

  /**
   * Whether this configuration lets others than gRPC clients use routes for gRPC: what they send
   * then passes, and the handler answers what it cannot translate. Asked once, when the chain is
   * compiled.
   */
  default boolean translatesGrpc() {
    return false;
  }

  default void headerFilter(Exchange exchange) {}

  /**
   * A filter for this exchange's body, or null to leave it alone. Called after all {@code
   * headerFilter}s.
   */
  default @Nullable BodyFilter bodyFilter(Exchange exchange) {
    return null;
  }

  default void log(ExchangeLog log) {}

  /** Undoes {@link Plugin#start}; called once, when no exchange uses the handler any more. */
  default void close() {}
}
