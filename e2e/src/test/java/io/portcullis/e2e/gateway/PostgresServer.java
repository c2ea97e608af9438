package io.portcullis.e2e.gateway;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/** A PostgreSQL server for one test class, with a database of its own for each gateway. */
public final class PostgresServer implements AutoCloseable {
  private final EmbeddedPostgres server;
  private final AtomicInteger databases = new AtomicInteger();

  private PostgresServer(EmbeddedPostgres server) {
    this.server = server;
  }

  /** Starts a server; where none can run the calling test is skipped, with the reason. */
  public static PostgresServer start() {
    try {
      return new PostgresServer(EmbeddedPostgres.builder().start());
    } catch (IOException | RuntimeException failure) {
      return Assumptions.abort("PostgreSQL cannot run here: " + failure);
    }
  }

  /** Settings of a gateway that uses a new, empty database. */
  public Map<String, String> newDatabase() throws SQLException {
    String name = "gateway_" + databases.incrementAndGet();
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return Map.of(
        "database", "postgres",
        "pg_host", "127.0.0.1",
        "pg_port", Integer.toString(server.getPort()),
        "pg_user", "postgres",
        "pg_password", "postgres",
        "pg_database", name);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
