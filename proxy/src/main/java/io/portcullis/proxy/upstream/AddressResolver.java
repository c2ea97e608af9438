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
