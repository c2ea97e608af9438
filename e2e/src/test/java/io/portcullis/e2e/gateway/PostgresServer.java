package io.portcullis.e2e.gateway;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A PostgreSQL server for one test class, with a database of its own for each gateway. */
public final class PostgresServer implements AutoCloseable {
  private final Path folder;
  private final AtomicInteger databases = new AtomicInteger();
  private EmbeddedPostgres server;

  private PostgresServer(Path folder, EmbeddedPostgres server) {
    this.folder = folder;
    this.server = server;
  }

  /** Starts a server; where none can run the calling test is skipped, with the reason. */
  public static PostgresServer start() {
    try {
      Path folder = Files.createTempDirectory("postgres");
      return new PostgresServer(folder, on(folder, 0));
    } catch (IOException | RuntimeException failure) {
      return Assumptions.abort("PostgreSQL cannot run here: " + failure);
    }
  }

  private static EmbeddedPostgres on(Path folder, int port) throws IOException {
    EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder();
    return (port == 0 ? builder : builder.setPort(port))
        .setDataDirectory(folder.resolve("data"))
        .setCleanDataDirectory(false)
        // Embedded servers answer before a commit is in the log, and lose it when they are killed.
        .setServerConfig("synchronous_commit", "on")
        .start();
  }

  /** Ends all processes of the server at once, as a power cut does. */
  public void kill() throws IOException {
    long pid = Long.parseLong(Files.readAllLines(folder.resolve("data/postmaster.pid")).getFirst());
    ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
    List<ProcessHandle> all = new ArrayList<>(List.of(postmaster));
    postmaster.descendants().forEach(all::add);
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(process -> process.onExit().join());
    // Lets go of the folder; there is nothing left to stop.
    server.close();
  }

  /** Starts it anew, on its port and with its data, after {@link #kill}. */
  public void startAgain() throws IOException {
    server = on(folder, server.getPort());
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

  public int port() {
    return server.getPort();
  }

  /** Makes an empty database and the role that owns it, as the server's image does. */
  public void newDatabase(String name, String owner, String password) throws SQLException {
    execute("postgres", "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(owner, password));
    execute("postgres", "CREATE DATABASE %s OWNER %s".formatted(name, owner));
  }

  /** Runs a statement on one of the databases. */
  public void execute(String database, String sql) throws SQLException {
    try (Connection connection = server.getDatabase("postgres", database).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
