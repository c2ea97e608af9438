package io.portcullis.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * One PostgreSQL server per JVM, stopped with it: a container where Docker answers, else a server
 * process of this machine.
 */
final class PostgresServer {
  private static final String USER = "postgres";
  private static final String PASSWORD = "postgres";
  private static final String TEMPLATE = "migrated";
  private static final String IMAGE = "postgres:15-alpine";
  private static final int PORT = 5432;

  private final String host;
  private final int port;
  private final AtomicInteger databases = new AtomicInteger();
  private boolean templateReady;

  private PostgresServer(String host, int port) {
    this.host = host;
    this.port = port;
  }

  /** Starts it on first use; skips the calling test where it cannot be started. */
  static PostgresServer running() {
    if (Holder.SERVER == null) {
      return Assumptions.abort("no PostgreSQL: " + Holder.REASON);
    }
    return Holder.SERVER;
  }

  StoreSettings.Postgres emptyDatabase() {
    return create("template1");
  }

  synchronized StoreSettings.Postgres migratedDatabase() {
    if (!templateReady) {
      execute("create database " + TEMPLATE);
      try (Database database = Database.open(StoreSettings.of(named(TEMPLATE)))) {
        database.bootstrap();
      }
      templateReady = true;
    }
    return create(TEMPLATE);
  }

  private StoreSettings.Postgres create(String template) {
    String name = "test_" + databases.incrementAndGet();
    execute("create database " + name + " template " + template);
    return named(name);
  }

  private StoreSettings.Postgres named(String database) {
    return new StoreSettings.Postgres(
        host, port, USER, PASSWORD, database, null, new StoreSettings.Postgres.Plain());
  }

  private void execute(String sql) {
    String url = "jdbc:postgresql://" + host + ":" + port + "/postgres";
    try (Connection connection = DriverManager.getConnection(url, USER, PASSWORD);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException refused) {
      throw new IllegalStateException(sql, refused);
    }
  }

  private static final class Holder {
    static final @Nullable PostgresServer SERVER;
    static final String REASON;

    static {
      PostgresServer server = null;
      String reason = "";
      try {
        server = dockerAnswers() ? inContainer() : asProcess();
      } catch (IOException | RuntimeException | LinkageError unable) {
        reason = unable.toString();
      }
      SERVER = server;
      REASON = reason;
    }

    @SuppressWarnings("resource") // the container's reaper and the server's own hook stop them
    private static PostgresServer inContainer() {
      GenericContainer<?> container =
          new GenericContainer<>(IMAGE)
              .withEnv("POSTGRES_PASSWORD", PASSWORD)
              .withExposedPorts(PORT)
              .withCommand("postgres", "-c", "fsync=off", "-c", "max_connections=300")
              .waitingFor(Wait.forLogMessage(".*ready to accept connections.*\\n", 2));
      container.start();
      return new PostgresServer(container.getHost(), container.getMappedPort(PORT));
    }

    private static PostgresServer asProcess() throws IOException {
      return new PostgresServer("127.0.0.1", EmbeddedPostgres.builder().start().getPort());
    }

    /** Asks the socket itself: Testcontainers needs seconds to find out that there is none. */
    private static boolean dockerAnswers() {
      if (System.getenv("DOCKER_HOST") != null) {
        return true;
      }
      Path socket = Path.of("/var/run/docker.sock");
      if (!Files.exists(socket)) {
        return false;
      }
      try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        return channel.connect(UnixDomainSocketAddress.of(socket));
      } catch (IOException refused) {
        return false;
      }
    }
  }
}
