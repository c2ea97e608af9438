package io.portcullis.proxy.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.core.entity.PluginConfig;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.schema.Fields;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.proxy.chain.ConfiguredPlugin;
import io.portcullis.proxy.chain.PluginChain;
import io.portcullis.proxy.chain.PluginRun;
import io.portcullis.proxy.chain.PluginScopes;
import io.portcullis.proxy.chain.PluginTraits;
import io.portcullis.proxy.chain.TestExchange;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class InstalledPluginsTest {
  private final List<UUID> contexts = new ArrayList<>();
  private final InstalledPlugins plugins =
      new InstalledPlugins(
          Map.of("greeting", new GreetingPlugin(), "quiet", new QuietPlugin()),
          configuration -> {
            contexts.add(configuration.id());
            return (PluginContext)
                Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {PluginContext.class},
                    (proxy, method, arguments) -> {
                      throw new UnsupportedOperationException();
                    });
          });

  @Test
  void starts_a_plugin_with_its_decoded_configuration_and_a_context_of_its_own() {
    PluginConfig configuration = configuration("greeting", "hello");
    ConfiguredPlugin started = plugins.start(configuration);
    Reply.Exit exit =
        (Reply.Exit)
            ((Reply.Later) chain(started).start(new TestExchange(null, null)).access())
                .reply()
                .toCompletableFuture()
                .join();
    assertThat(exit.body()).isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
    assertThat(contexts).containsExactly(configuration.id());
    assertThat(started.traits()).isEqualTo(new PluginTraits(42, true, 1000, 0));
    assertThat(plugins.traits("greeting")).isEqualTo(started.traits());
  }

  @Test
  void finds_out_which_phases_a_handler_has() {
    ConfiguredPlugin greeting = plugins.start(configuration("greeting", "x"));
    ConfiguredPlugin quiet = plugins.start(configuration("quiet", "x"));
    assertThat(greeting.countsUses()).isTrue();
    assertThat(quiet.countsUses()).isFalse();
    PluginRun run = chain(quiet).start(new TestExchange(null, null));
    assertThat(run.access()).isSameAs(Reply.NEXT);
    assertThat(run.hasLog()).isFalse();
    assertThat(chain(greeting).hasRewrite()).isFalse();
  }

  @Test
  void knows_only_what_is_installed() {
    assertThat(plugins.traits("stranger")).isNull();
    assertThatThrownBy(() -> plugins.start(configuration("stranger", "x")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static PluginChain chain(ConfiguredPlugin plugin) {
    return PluginScopes.empty(Runnable::run).with(plugin).chain(UUID.randomUUID(), null);
  }

  private static PluginConfig configuration(String name, String text) {
    var stored = StoredRows.plugin(name, name, null, "").body();
    stored.putObject("config").put("text", text);
    return PluginConfig.of(stored);
  }

  /** Configuration of both plugins. */
  record Greeting(String text) {}

  private static final class GreetingPlugin implements Plugin<Greeting> {
    private static final PluginSpec<Greeting> SPEC =
        PluginSpec.of("greeting", Greeting.class)
            .priority(42)
            .field(Fields.string("text"))
            .buffersRequestBody(1000)
            .blocking();

    @Override
    public PluginSpec<Greeting> spec() {
      return SPEC;
    }

    @Override
    public PluginHandler start(Greeting config, PluginContext context) {
      return new PluginHandler() {
        @Override
        public Reply access(Exchange exchange) {
          return Reply.exit(200, config.text());
        }

        @Override
        public void close() {}
      };
    }
  }

  private static final class QuietPlugin implements Plugin<Greeting> {
    private static final PluginSpec<Greeting> SPEC =
        PluginSpec.of("quiet", Greeting.class).field(Fields.string("text"));

    @Override
    public PluginSpec<Greeting> spec() {
      return SPEC;
    }

    @Override
    public PluginHandler start(Greeting config, PluginContext context) {
      return new PluginHandler() {};
    }
  }
}
