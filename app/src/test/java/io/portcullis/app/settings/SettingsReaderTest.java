package io.portcullis.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {
  @TempDir private Path folder;

  @Test
  void c31_has_kongs_ports_and_an_embedded_database_when_nothing_is_set() throws Exception {
    Settings settings = read("", Map.of(), Map.of());
    assertThat(settings.text(Setting.DATABASE)).isEqualTo("h2");
    assertThat(settings.listen(Setting.PROXY_LISTEN))
        .containsExactly(
            new ListenAddress("0.0.0.0", 8000, false, false, false),
            new ListenAddress("0.0.0.0", 8443, true, false, false));
    assertThat(settings.listen(Setting.ADMIN_LISTEN).getFirst().loopback()).isTrue();
    assertThat(settings.warnings()).isEmpty();
  }

  @Test
  void a_flag_beats_our_variable_beats_kongs_variable_beats_the_file() throws Exception {
    String file = "pg_host = file\npg_user = file\npg_database = file\nrole = proxy\n";
    Map<String, String> environment =
        Map.of(
            "KONG_PG_HOST",
            "kong",
            "KONG_PG_USER",
            "kong",
            "PORTCULLIS_PG_HOST",
            "own",
            "KONG_ROLE",
            "admin");
    Settings settings = read(file, environment, Map.of(Setting.ROLE, "both"));
    assertThat(settings.text(Setting.PG_DATABASE)).isEqualTo("file");
    assertThat(settings.text(Setting.PG_USER)).isEqualTo("kong");
    assertThat(settings.text(Setting.PG_HOST)).isEqualTo("own");
    assertThat(settings.text(Setting.ROLE)).isEqualTo("both");
  }

  @Test
  void the_last_of_two_lines_wins_and_comments_go() throws Exception {
    Settings settings =
        read("# one\nlog_level = debug # loud\n\nlog_level = 'warn'\n", Map.of(), Map.of());
    assertThat(settings.text(Setting.LOG_LEVEL)).isEqualTo("warn");
  }

  @Test
  void takes_the_lines_of_kongs_tutorials() throws Exception {
    Settings settings =
        read(
            "plugins = bundled,kafka-upstream\nnginx_http_max_connections = 16384\n"
                + "nginx_proxy_proxy_buffer_size = 128k\nlua_ssl_verify_depth = 1\n",
            Map.of(),
            Map.of());
    assertThat(settings.list(Setting.PLUGINS)).containsExactly("bundled", "kafka-upstream");
    assertThat(settings.integer(Setting.MAX_CONNECTIONS, 0, 1_000_000)).isEqualTo(16_384);
    assertThat(settings.warnings()).hasSize(2);
  }

  @Test
  void an_unknown_key_is_refused_with_the_nearest_name() {
    assertThatThrownBy(() -> read("proxy_lisen = 0.0.0.0:80\n", Map.of(), Map.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(":1: unknown setting 'proxy_lisen'; did you mean 'proxy_listen'?");
    assertThatThrownBy(() -> read("", Map.of("PORTCULLIS_PREFX", "x"), Map.of()))
        .hasMessageContaining("PORTCULLIS_PREFX; did you mean 'PORTCULLIS_PREFIX'?");
  }

  @Test
  void meaningless_kong_variables_are_one_summary_line() throws Exception {
    Settings settings =
        read(
            "",
            Map.of("KONG_LUA_PACKAGE_PATH", "x", "KONG_PORTAL_API", "y", "KONG_WHATEVER", "z"),
            Map.of());
    assertThat(settings.warnings())
        .containsExactly(
            "variables without a meaning here: KONG_LUA_PACKAGE_PATH, KONG_PORTAL_API,"
                + " KONG_WHATEVER");
  }

  @Test
  void a_secret_may_come_from_a_file_but_not_twice() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "s3cret\n");
    Settings settings = read("", Map.of("KONG_PG_PASSWORD_FILE", secret.toString()), Map.of());
    assertThat(settings.text(Setting.PG_PASSWORD)).isEqualTo("s3cret");
    Map<String, String> both =
        Map.of("KONG_PG_PASSWORD_FILE", secret.toString(), "KONG_PG_PASSWORD", "other");
    assertThatThrownBy(() -> read("", both, Map.of())).hasMessageContaining("keep one");
  }

  @Test
  void listen_entries_take_kongs_socket_options_and_refuse_the_rest() throws Exception {
    Settings settings =
        read(
            "proxy_listen = [::]:8000 reuseport backlog=16384, 0.0.0.0:8443 http2 ssl reuseport\n",
            Map.of(),
            Map.of());
    assertThat(settings.listen(Setting.PROXY_LISTEN).getFirst().host()).isEqualTo("::");
    assertThat(settings.listen(Setting.PROXY_LISTEN).get(1).http2()).isTrue();
    Settings wrong = read("proxy_listen = 0.0.0.0:80 fast\n", Map.of(), Map.of());
    assertThatThrownBy(() -> wrong.listen(Setting.PROXY_LISTEN))
        .hasMessageContaining("unknown flag 'fast'");
    Settings port = read("proxy_listen = 0.0.0.0:99999\n", Map.of(), Map.of());
    assertThatThrownBy(() -> port.listen(Setting.PROXY_LISTEN)).hasMessageContaining("0 to 65535");
  }

  @Test
  void sizes_and_times_are_written_as_in_nginx() throws Exception {
    Settings settings =
        read(
            "client_max_body_size = 10m\nkeepalive_timeout = 5m\nshutdown_timeout = 500ms\n",
            Map.of(),
            Map.of());
    assertThat(settings.size(Setting.CLIENT_MAX_BODY_SIZE)).isEqualTo(10L << 20);
    assertThat(settings.duration(Setting.KEEPALIVE_TIMEOUT)).isEqualTo(Duration.ofMinutes(5));
    assertThat(settings.duration(Setting.SHUTDOWN_TIMEOUT)).isEqualTo(Duration.ofMillis(500));
  }

  private Settings read(String file, Map<String, String> environment, Map<Setting, String> flags)
      throws Exception {
    Path conf = Files.writeString(folder.resolve("portcullis.conf"), file);
    return new SettingsReader(environment).read(conf, flags);
  }
}
