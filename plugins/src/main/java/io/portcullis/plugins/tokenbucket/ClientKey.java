package io.portcullis.plugins.tokenbucket;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.plugins.endpoint.PathParameters;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What tells one client from another. */
@FunctionalInterface
interface ClientKey {
  /** The client; null or empty when the request does not say. */
  @Nullable String of(Exchange exchange);

  /** The client's address. */
  static ClientKey address() {
    return Exchange::clientAddress;
  }

  /** The first address in a header, and the client's when there is none. */
  static ClientKey addressIn(String header) {
    String name = header.toLowerCase(Locale.ROOT);
    return exchange -> {
      String line = exchange.request().headers().get(name);
      String address = line == null ? null : ForwardedAddress.first(line);
      return address == null ? exchange.clientAddress() : address;
    };
  }

  /** The value of a header's first line. */
  static ClientKey header(String header) {
    String name = header.toLowerCase(Locale.ROOT);
    return exchange -> exchange.request().headers().get(name);
  }

  /** A parameter of the path. */
  static ClientKey parameter(String name, PathParameters path) {
    return exchange -> path.of(exchange.request()).get(name);
  }
}
