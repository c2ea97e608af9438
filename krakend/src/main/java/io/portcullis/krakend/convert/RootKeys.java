package io.portcullis.krakend.convert;

import java.util.Set;

/** Keys of a file's root that have one value. */
final class RootKeys {
  private static final Set<String> SCALARS =
      Set.of(
          "name",
          "listen_ip",
          "port",
          "timeout",
          "cache_ttl",
          "output_encoding",
          "debug_endpoint",
          "echo_endpoint",
          "sequential_start",
          "disable_rest",
          "read_timeout",
          "write_timeout",
          "idle_timeout",
          "read_header_timeout",
          "dialer_timeout",
          "dialer_keep_alive",
          "dialer_fallback_delay",
          "response_header_timeout",
          "expect_continue_timeout",
          "idle_connection_timeout",
          "max_idle_connections",
          "max_idle_connections_per_host",
          "disable_keep_alives",
          "disable_compression",
          "use_h2c",
          "allow_insecure_connections",
          "dns_cache_ttl",
          "max_header_bytes",
          "max_shutdown_wait_time");

  private RootKeys() {}

  static boolean isScalar(String key) {
    return SCALARS.contains(key);
  }
}
