package io.portcullis.app.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import io.portcullis.app.settings.SettingsReader;
import io.portcullis.core.plugin.Tracing;
import io.portcullis.core.plugin.Tracing.Layer;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TracingSettingsTest {
  @TempDir private Path folder;

  @Test
  void everything_is_traced_at_kongs_rate_unless_somebody_says() throws Exception {
    assertThat(TracingSettings.of(settings(Map.of()))).isEqualTo(Tracing.USUAL);
  }

  @Test
  void kongs_names_choose_the_spans() throws Exception {
    Tracing some =
        TracingSettings.of(
            settings(
                Map.of(
                    Setting.TRACING_INSTRUMENTATIONS,
                    "request, db_query,balancer",
                    Setting.TRACING_SAMPLING_RATE,
                    "0.5")));
    Tracing none = TracingSettings.of(settings(Map.of(Setting.TRACING_INSTRUMENTATIONS, "off")));

    assertThat(some.layers()).containsExactlyInAnyOrder(Layer.REQUEST, Layer.UPSTREAM);
    assertThat(some.rate()).isEqualTo(0.5);
    assertThat(none.layers()).isEmpty();
  }

  @Test
  void names_and_rates_that_mean_nothing_are_refused() throws Exception {
    Settings name = settings(Map.of(Setting.TRACING_INSTRUMENTATIONS, "request,everything"));
    Settings rate = settings(Map.of(Setting.TRACING_SAMPLING_RATE, "2"));

    assertThatThrownBy(() -> TracingSettings.of(name))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("tracing_instrumentations: expected all, off")
        .hasMessageEndingWith("got 'everything'");
    assertThatThrownBy(() -> TracingSettings.of(rate))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("tracing_sampling_rate: expected a number from 0");
  }

  private Settings settings(Map<Setting, String> values) throws SettingsException {
    Map<Setting, String> all = new EnumMap<>(Setting.class);
    all.putAll(values);
    all.put(Setting.PREFIX, folder.toString());
    return new SettingsReader(Map.of()).read(null, all);
  }
}
