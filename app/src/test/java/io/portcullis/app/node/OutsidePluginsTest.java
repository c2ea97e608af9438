package io.portcullis.app.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import io.portcullis.app.settings.SettingsReader;
import io.portcullis.core.plugin.Plugin;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutsidePluginsTest {
  private static final String SERVICE = "META-INF/services/io.portcullis.core.plugin.Plugin";

  /** A plugin called NAME; EXTRA runs when its spec is asked for. */
  private static final String PLUGIN =
      """
      package stranger;

      import io.portcullis.core.plugin.*;
      import io.portcullis.core.schema.PluginSpec;

      public final class Strange implements Plugin<Strange.Nothing> {
        public record Nothing() {}

        @Override
        public PluginSpec<Nothing> spec() {
          EXTRA
          return PluginSpec.of("NAME", Nothing.class).priority(1);
        }

        @Override
        public PluginHandler start(Nothing config, PluginContext context) {
          return new PluginHandler() {};
        }
      }
      """;

  private static final String LIBRARY =
      "package library; public final class Words { public static int count() { return 1; } }";

  @TempDir private Path folder;

  private Path directory() throws IOException {
    return Files.createDirectories(folder.resolve("plugins.d"));
  }

  private Settings settings() throws SettingsException {
    return new SettingsReader(Map.of()).read(null, Map.of(Setting.PREFIX, folder.toString()));
  }

  private Settings settings(Setting setting, String value) throws SettingsException {
    return new SettingsReader(Map.of())
        .read(null, Map.of(Setting.PREFIX, folder.toString(), setting, value));
  }

  private static String plugin(String name, String extra) {
    return PLUGIN.replace("NAME", name).replace("EXTRA", extra);
  }

  /** Compiles sources against this test's class path and packs them. */
  private Path jar(Path jar, String service, Map<String, String> sources) throws IOException {
    Path work = Files.createTempDirectory(folder, "work");
    List<String> arguments = new ArrayList<>(List.of("-proc:none", "-d", work.toString()));
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = Files.createDirectories(work.resolve("sources")).resolve(source.getKey());
      arguments.add(Files.writeString(file, source.getValue()).toString());
    }
    arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, arguments.toArray(String[]::new)))
        .isZero();
    Files.createDirectories(jar.getParent());
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> classes = Files.walk(work)) {
      for (Path path : classes.filter(each -> each.toString().endsWith(".class")).toList()) {
        out.putNextEntry(new JarEntry(work.relativize(path).toString()));
        out.write(Files.readAllBytes(path));
      }
      if (!service.isEmpty()) {
        out.putNextEntry(new JarEntry(SERVICE));
        out.write(service.getBytes(StandardCharsets.UTF_8));
      }
    }
    return jar;
  }

  private List<String> names(Settings settings) throws SettingsException {
    return OutsidePlugins.load(settings).stream().map(each -> each.spec().name()).toList();
  }

  @Test
  void jars_and_folders_are_loaded_apart_from_each_other() throws Exception {
    assertThat(names(settings())).isEmpty();
    jar(
        directory().resolve("one.jar"),
        "stranger.Strange",
        Map.of("Strange.java", plugin("one", "")));
    jar(
        directory().resolve("two/two.jar"),
        "stranger.Strange",
        Map.of("Strange.java", plugin("two", "")));
    List<Plugin<?>> plugins = OutsidePlugins.load(settings());
    assertThat(plugins).extracting(each -> each.spec().name()).containsExactly("one", "two");
    assertThat(plugins.getFirst().getClass()).isNotEqualTo(plugins.getLast().getClass());
    assertThat(PluginDirectory.enabled(settings(), new ArrayList<>()))
        .containsKeys("one", "two", "jwt");
    assertThat(PluginDirectory.enabled(settings(Setting.PLUGINS, "two"), new ArrayList<>()))
        .containsOnlyKeys("two");
  }

  @Test
  void a_plugin_sees_its_own_libraries_and_none_of_the_gateway_s() throws Exception {
    String extra =
        """
        if (library.Words.count() != 1) throw new IllegalStateException("another library");
        for (String hidden : new String[] {
            "io.portcullis.app.Main", "io.portcullis.proxy.server.ProxyServer",
            "io.undertow.Undertow", "org.jooq.DSLContext", "picocli.CommandLine"}) {
          try {
            Class.forName(hidden);
            throw new IllegalStateException(hidden + " is visible");
          } catch (ClassNotFoundException expected) {
          }
        }
        """;
    Map<String, String> both =
        Map.of("Strange.java", plugin("reader", extra), "Words.java", LIBRARY);
    jar(directory().resolve("whole/plugin.jar"), "stranger.Strange", both);
    assertThat(names(settings())).containsExactly("reader");
  }

  @Test
  void another_directory_can_be_named_and_must_then_be_there() throws Exception {
    Path other = folder.resolve("elsewhere");
    jar(other.resolve("p.jar"), "stranger.Strange", Map.of("Strange.java", plugin("p", "")));
    assertThat(names(settings(Setting.PLUGINS_DIR, other.toString()))).containsExactly("p");
    assertThatThrownBy(() -> names(settings(Setting.PLUGINS_DIR, "/nowhere")))
        .isInstanceOf(SettingsException.class)
        .hasMessage("plugins_dir: there is no directory /nowhere");
  }

  @Test
  void what_is_no_plugin_is_refused_in_one_line() throws Exception {
    Path file = Files.writeString(directory().resolve("broken.jar"), "no zip");
    assertRefused("broken.jar cannot be loaded: zip END header not found");

    jar(file, "", Map.of("Words.java", LIBRARY));
    assertRefused("broken.jar holds no plugin: no jar there names one in META-INF/services/");

    jar(file, "stranger.Missing", Map.of("Words.java", LIBRARY));
    assertRefused("broken.jar cannot be loaded: ", "stranger.Missing not found");

    jar(
        file,
        "stranger.Strange",
        Map.of(
            "Strange.java",
            plugin("p", "if (true) throw new IllegalStateException(\"no spec\");")));
    assertRefused("broken.jar cannot be loaded: no spec");

    jar(
        file,
        "stranger.Strange",
        Map.of(
            "Strange.java",
            plugin("p", "if (org.assertj.core.api.Assertions.class == null) return null;")));
    assertRefused("org/assertj/core/api/Assertions", "neither in there nor shared by the gateway");

    jar(file, "stranger.Strange", Map.of("Strange.java", plugin("jwt", "")));
    assertThatThrownBy(() -> PluginDirectory.enabled(settings(), new ArrayList<>()))
        .hasMessage("two plugins are named 'jwt'");
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> names(settings()))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("plugins_dir: " + folder.resolve("plugins.d"))
        .hasMessageContainingAll(parts)
        .message()
        .doesNotContain("\n");
  }
}
