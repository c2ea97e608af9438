package io.portcullis.proxy.upstream;

import java.net.InetAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds the addresses of host names. Thread-safe; never blocks its caller. */
public interface AddressResolver extends AutoCloseable {
  /** What is known now, without asking anybody; null when a question is needed. */
  @Nullable Resolution known(String host);

  /**
   * Asks.
   *
   * @param answer called once, on any thread, perhaps during the call
   */
  void resolve(String host, Consumer<Resolution> answer);

  /**
   * Asks where a service is offered, by its SRV records (RFC 2782).
   *
   * @param answer called once, on any thread, perhaps during the call; empty when nobody knows
   */
  default void services(String name, Consumer<List<ServiceTarget>> answer) {
    answer.accept(List.of());
  }

  /**
   * One place of a service.
   *
   * @param host a name, without a dot at its end
   * @param priority the lowest is to be used
   * @param weight share among those of one priority
   */
  record ServiceTarget(String host, int port, int priority, int weight) {}

  @Override
  default void close() {}

  /** What a name stands for. */
  sealed interface Resolution {
    /**
     * At least one address.
     *
     * @param addresses in no order that means anything
     */
    record Addresses(List<InetAddress> addresses) implements Resolution {
      public Addresses {
        addresses = List.copyOf(addresses);
      }
    }

    /** There is no such name, or it has no address. */
    record NotFound() implements Resolution {}

    /** Nobody could say. */
    record Failed(String problem) implements Resolution {}
  }
}
