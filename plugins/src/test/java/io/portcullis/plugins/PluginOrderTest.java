package io.portcullis.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.Plugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The order in which bundled plugins run, here and in the documentation. */
class PluginOrderTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (-?\\d+) \\| \\[([a-z0-9-]+)\\]");

  @Test
  void plugins_run_in_this_order() {
    assertThat(order())
        .containsExactly(
            "100001 correlation-id",
            "2500 bot-detection",
            "2010 cross-origin",
            "2000 cors",
            "1990 security-headers",
            "1980 bot-detector",
            "1450 jwt",
            "1440 jwt-validator",
            "1400 oauth2",
            "1250 key-auth",
            "1100 basic-auth",
            "1030 hmac-auth",
            "990 ip-restriction",
            "951 request-size-limiting",
            "950 acl",
            "910 rate-limiting",
            "905 token-bucket",
            "890 cel",
            "880 json-schema",
            "803 websocket-limits",
            "802 input-filter",
            "801 request-transformer",
            "800 response-transformer",
            "790 jwt-signer",
            "779 redirect",
            "751 kafka-upstream",
            "100 proxy-cache",
            "15 stats",
            "14 opentelemetry",
            "13 prometheus",
            "12 http-log",
            "9 file-log",
            "8 gelf-log",
            "3 grpc-web",
            "2 request-termination",
            "1 composition",
            "0 endpoint-router");
  }

  @Test
  void no_two_plugins_share_a_priority() {
    List<Integer> priorities = new ArrayList<>();
    for (Plugin<?> plugin : ServiceLoader.load(Plugin.class)) {
      priorities.add(plugin.spec().priority());
    }

    assertThat(priorities).doesNotHaveDuplicates();
  }

  @Test
  void the_documentation_shows_the_same_order() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "plugins", "README.md"));

    assertThat(ROW.matcher(page).results().map(PluginOrderTest::row).toList()).isEqualTo(order());
  }

  private static List<String> order() {
    List<Plugin<?>> plugins = new ArrayList<>();
    for (Plugin<?> plugin : ServiceLoader.load(Plugin.class)) {
      plugins.add(plugin);
    }
    plugins.sort((one, other) -> other.spec().priority() - one.spec().priority());
    return plugins.stream()
        .map(plugin -> plugin.spec().priority() + " " + plugin.spec().name())
        .toList();
  }

  private static String row(MatchResult match) {
    return match.group(1) + " " + match.group(2);
  }
}
