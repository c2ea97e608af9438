package io.portcullis.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.SettingsReader;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class NodeConfigurationTest {
  @TempDir private Path folder;

  @Test
  void listeners_are_shown_as_kongs_clients_read_them() throws Exception {
    JsonNode configuration =
        NodeConfiguration.of(
            new SettingsReader(Map.of())
                .read(
                    null,
                    Map.of(
                        Setting.PREFIX,
                        folder.toString(),
                        Setting.PROXY_LISTEN,
                        "127.0.0.1:8000, [::1]:8443 ssl",
                        Setting.STATUS_LISTEN,
                        "off")));
    JsonNode listeners = configuration.get("proxy_listeners");
    assertThat(listeners).hasSize(2);
    assertThat(listeners.get(0).get("port").intValue()).isEqualTo(8000);
    assertThat(listeners.get(0).get("ssl").booleanValue()).isFalse();
    assertThat(listeners.get(0).get("http2").booleanValue()).isTrue();
    assertThat(listeners.get(1).get("ip").stringValue()).isEqualTo("::1");
    assertThat(listeners.get(1).get("listener").stringValue()).isEqualTo("[::1]:8443 ssl");
    assertThat(configuration.get("status_listeners")).isEmpty();
    assertThat(configuration.get("admin_listeners")).hasSize(1);
    assertThat(configuration.get("stream_listeners").isObject()).isTrue();
    assertThat(configuration.get("tracing_instrumentations").toString()).isEqualTo("[\"all\"]");
    assertThat(configuration.get("tracing_sampling_rate").doubleValue()).isEqualTo(0.01);
  }

  @Test
  void secrets_are_masked() throws Exception {
    JsonNode configuration =
        NodeConfiguration.of(
            new SettingsReader(Map.of())
                .read(
                    null,
                    Map.of(
                        Setting.PREFIX,
                        folder.toString(),
                        Setting.PG_PASSWORD,
                        "hunter2",
                        Setting.ADMIN_TOKEN,
                        "hunter3")));
    assertThat(configuration.toString()).doesNotContain("hunter");
  }
}
