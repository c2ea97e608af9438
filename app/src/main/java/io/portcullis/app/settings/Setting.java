package io.portcullis.app.settings;

/**
 * One key of {@code portcullis.conf}: its default and what it means.
 *
 * <p>This table is the only place where a setting is described; the file, the environment, the
 * flags and the reference page follow from it.
 */
public enum Setting {
  PREFIX("./data", "Directory for everything the gateway writes."),
  ROLE("both", "What this process is: both, admin or proxy."),
  DATABASE("h2", "Where configuration is stored: h2, postgres or off."),
  H2_PATH(
      "", "File of the H2 database; empty means <prefix>/db/portcullis, 'memory' keeps nothing."),
  PG_HOST("127.0.0.1", "Host of the PostgreSQL server."),
  PG_PORT("5432", "Port of the PostgreSQL server."),
  PG_USER("kong", "PostgreSQL user."),
  PG_PASSWORD("", "Password of the PostgreSQL user.", true),
  PG_DATABASE("kong", "Name of the PostgreSQL database."),
  PG_SSL("off", "Whether the connection to PostgreSQL is encrypted."),
  PG_SSL_VERIFY("off", "Whether the server's certificate must be trusted."),
  PG_TIMEOUT("5000", "Milliseconds to wait for a connection to PostgreSQL."),
  PG_MAX_CONNECTIONS("10", "Connections kept to the database."),
  DECLARATIVE_CONFIG("", "Declarative file to serve when database is off."),
  DECLARATIVE_CONFIG_STRING(
      "", "The declarative configuration itself, when declarative_config names no file.", true),
  PROXY_LISTEN("0.0.0.0:8000, 0.0.0.0:8443 ssl", "Addresses that clients call; 'off' for none."),
  ADMIN_LISTEN("127.0.0.1:8001", "Addresses of the Admin API; 'off' for none."),
  STATUS_LISTEN("127.0.0.1:8007", "Addresses of /status and /metrics; 'off' for none."),
  ADMIN_TOKEN("", "Token that every Admin API call must carry; empty means none.", true),
  ADMIN_ALLOWED_ORIGINS("", "Browser origins that may write through the Admin API."),
  ADMIN_CLIENT_AUTHORITIES(
      "",
      "PEM certificates of authorities; callers of an admin_listen with ssl must show a"
          + " certificate of one of them."),
  ADMIN_MAX_BODY_SIZE("10m", "Largest body of an Admin API call."),
  ADMIN_RATE_LIMIT(
      "0", "Admin API calls per second of one address, twice as many at once; 0 for no limit."),
  ADMIN_AUDIT_LOG(
      "logs/audit.log",
      "Who changed what through the Admin API: file below prefix, /dev/stdout, or off."),
  SSL_CERT(
      "",
      "PEM certificate of the TLS listeners; empty means a self-signed one under <prefix>/ssl."),
  SSL_CERT_KEY("", "PEM key of ssl_cert.", true),
  TRUSTED_IPS("", "Addresses and networks whose X-Forwarded-* headers are believed."),
  REAL_IP_HEADER("X-Real-IP", "Header of a trusted peer that tells the client's address."),
  PLUGINS("bundled", "Plugins that may be configured: 'bundled', 'off' or names."),
  PLUGINS_DIR(
      "plugins.d", "Folder of plugins from outside, below prefix if it is no absolute path."),
  DB_UPDATE_FREQUENCY("1", "Seconds between two looks at the change log, 0.05 to 60."),
  HEADERS(
      "server_tokens, latency_tokens, X-Kong-Request-Id",
      "Headers added to answers: also X-Kong-Upstream-Status; 'off' for none."),
  ERROR_DEFAULT_TYPE("text/plain", "Type of error bodies when the request asks for none."),
  CLIENT_MAX_BODY_SIZE("0", "Largest request body, like 10m; 0 for no limit."),
  WEBSOCKET_MAX_MESSAGE_SIZE(
      "0", "Largest message of a WebSocket in either direction, like 1m; 0 for no limit."),
  CLIENT_HEADER_TIMEOUT("60s", "Time for a whole request head."),
  CLIENT_BODY_TIMEOUT("60s", "Grace for a request body, then 500 octets per second."),
  KEEPALIVE_TIMEOUT("75s", "How long an idle client connection is kept."),
  HTTP2("on", "Whether clients may speak HTTP/2, in cleartext and over TLS."),
  MAX_CONNECTIONS("0", "Client connections accepted at once; 0 for no limit."),
  UPSTREAM_KEEPALIVE_POOL_SIZE("512", "Idle connections kept per target."),
  UPSTREAM_KEEPALIVE_IDLE_TIMEOUT("60", "Seconds an idle upstream connection is kept."),
  UPSTREAM_KEEPALIVE_MAX_REQUESTS("10000", "Requests sent over one upstream connection."),
  DNS_RESOLVER("", "Name servers, IP[:port] list; empty means those of the system."),
  IO_THREADS("auto", "I/O threads; auto is one per processor."),
  ACCESS_LOG("logs/access.log", "File below prefix, /dev/stdout, or off."),
  ACCESS_LOG_SKIP_PATHS("", "Exact paths whose requests are not in the access log."),
  ERROR_LOG("logs/error.log", "File below prefix, /dev/stderr, or off."),
  ERROR_LOG_GELF("", "Receiver of GELF for the error log too: udp://host:port or tcp://host:port."),
  ERROR_LOG_SYSLOG(
      "",
      "Syslog for the error log too: unix:/dev/log or host:514, then ,facility=local7 and"
          + " ,tag=TEXT."),
  LOG_FORMAT(
      "text",
      "Lines of both logs: text, ecs (JSON, also called json), logstash (JSON), or a pattern for"
          + " the error log, like %{time} %{level} %{message}."),
  LOG_LEVEL("notice", "debug, info, notice, warn, error, crit, alert or emerg."),
  TRACING_INSTRUMENTATIONS(
      "all",
      "Spans of opentelemetry: all, off, or a list of request, plugin_access, balancer and"
          + " http_client."),
  TRACING_SAMPLING_RATE(
      "0.01", "Share of traces that opentelemetry sends unless its configuration says, 0 to 1."),
  SHUTDOWN_TIMEOUT("10s", "How long requests in flight may go on after a stop."),
  ALLOW_DEBUG_HEADER("off", "Whether Kong-Debug makes answers tell route, service and times.");

  private final String fallback;
  private final String meaning;
  private final boolean secret;

  Setting(String fallback, String meaning) {
    this(fallback, meaning, false);
  }

  Setting(String fallback, String meaning, boolean secret) {
    this.fallback = fallback;
    this.meaning = meaning;
    this.secret = secret;
  }

  /** The key as it is written in the file. */
  public String key() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Value when nobody sets it. */
  public String fallback() {
    return fallback;
  }

  /** One sentence for the reference page. */
  public String meaning() {
    return meaning;
  }

  /** Whether the value is never printed. */
  public boolean secret() {
    return secret;
  }
}
