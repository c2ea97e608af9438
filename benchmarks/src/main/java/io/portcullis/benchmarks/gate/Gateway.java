package io.portcullis.benchmarks.gate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The gateway of a checkout, started as a user would, without a database. */
record Gateway(Server server, int port, int tlsPort) implements AutoCloseable {
  /**
   * Starts it.
   *
   * @param configuration in the declarative format
   */
  static Gateway start(Path checkout, Path folder, String configuration)
      throws IOException, InterruptedException {
    int port = Server.freePort();
    int tlsPort = Server.freePort();
    Path prefix = Files.createTempDirectory(folder, "gateway");
    Path file = Files.writeString(prefix.resolve("gateway.yml"), configuration);
    Server server =
        Server.start(
            List.of(checkout.resolve("portcullis").toString(), "run", "-c", file.toString()),
            Map.of(
                "PORTCULLIS_PREFIX", prefix.toString(),
                "PORTCULLIS_ACCESS_LOG", "off",
                "PORTCULLIS_ADMIN_LISTEN", "off",
                "PORTCULLIS_STATUS_LISTEN", "off",
                "PORTCULLIS_IO_THREADS", "2",
                "PORTCULLIS_PROXY_LISTEN", "127.0.0.1:" + port + ", 127.0.0.1:" + tlsPort + " ssl"),
            folder,
            prefix.resolve("gateway.log"),
            port);
    return new Gateway(server, port, tlsPort);
  }

  @Override
  public void close() {
    server.close();
  }
}
