package io.portcullis.store;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which database to use and how much of it.
 *
 * @param poolSize connections, at most; one more call waits
 * @param busyAfter how long a call waits for a connection before it fails with {@link
 *     StoreException.Busy}; at least 250 ms
 * @param connectWithin how long a server may take to accept a connection; counted in whole seconds
 */
public record StoreSettings(
    Engine engine, int poolSize, Duration busyAfter, Duration connectWithin) {
  private static final int DEFAULT_POOL_SIZE = 10;
  private static final Duration DEFAULT_BUSY_AFTER = Duration.ofSeconds(2);
  private static final Duration DEFAULT_CONNECT_WITHIN = Duration.ofSeconds(5);
  private static final Duration LEAST_BUSY_AFTER = Duration.ofMillis(250);

  public StoreSettings {
    if (poolSize < 1) {
      throw new IllegalArgumentException("pool size is " + poolSize + ", expected at least 1");
    }
    if (busyAfter.compareTo(LEAST_BUSY_AFTER) < 0) {
      throw new IllegalArgumentException(
          "busyAfter is " + busyAfter + ", expected at least " + LEAST_BUSY_AFTER);
    }
  }

  /** A database with the default pool: 10 connections within 5 s each, busy after 2 s. */
  public static StoreSettings of(Engine engine) {
    return new StoreSettings(engine, DEFAULT_POOL_SIZE, DEFAULT_BUSY_AFTER, DEFAULT_CONNECT_WITHIN);
  }

  public StoreSettings withPoolSize(int connections) {
    return new StoreSettings(engine, connections, busyAfter, connectWithin);
  }

  public StoreSettings withBusyAfter(Duration wait) {
    return new StoreSettings(engine, poolSize, wait, connectWithin);
  }

  public StoreSettings withConnectWithin(Duration wait) {
    return new StoreSettings(engine, poolSize, busyAfter, wait);
  }

  /** The database engine and where it is. */
  public sealed interface Engine {}

  /**
   * H2 inside this process, on disk.
   *
   * @param file path without H2's suffix {@code .mv.db}; a missing directory is made, for its owner
   *     alone
   */
  public record H2File(Path file) implements Engine {
    public H2File {
      if (file.toString().contains(";")) {
        throw new IllegalArgumentException(
            "database path '" + file + "' holds a ';', which H2 cannot open");
      }
    }
  }

  /**
   * H2 inside this process, gone with its last {@link Database}.
   *
   * @param name databases of one name in one process are the same database
   */
  public record H2Memory(String name) implements Engine {}

  /**
   * A PostgreSQL server, version 15 or newer.
   *
   * @param schema null for the user's default
   */
  public record Postgres(
      String host,
      int port,
      String user,
      @Nullable String password,
      String database,
      @Nullable String schema,
      Tls tls)
      implements Engine {

    /** How the connection is protected. */
    public sealed interface Tls {}

    /** Not at all. */
    public record Plain() implements Tls {}

    /** Encrypted, but whoever answers is believed. */
    public record Encrypted() implements Tls {}

    /**
     * Encrypted, and the server's certificate must be valid for the host.
     *
     * @param rootCertificate PEM file of the authority; null for the one in {@code
     *     ~/.postgresql/root.crt}
     */
    public record Verified(@Nullable Path rootCertificate) implements Tls {}

    /** Shows everything but the password. */
    @Override
    public String toString() {
      return "Postgres[" + user + "@" + host + ":" + port + "/" + database + "]";
    }
  }
}
