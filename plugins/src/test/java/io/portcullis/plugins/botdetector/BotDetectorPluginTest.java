package io.portcullis.plugins.botdetector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.PatternSyntaxException;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which user agents pass. */
class BotDetectorPluginTest {
  private static final String LISTS =
      "'deny':['a','b'],'allow':['c','Pingdom.com_bot_version_1.1'],"
          + "'patterns':['(Pingdom.com_bot_version_).*','(facebookexternalhit)/.*']";

  private final FakeGateway gateway = new FakeGateway().scope(UUID.randomUUID(), null);

  @AfterEach
  void close() {
    gateway.close();
  }

  @ParameterizedTest
  @DisplayName("B52 listed user agents are refused with an empty 403")
  @CsvSource({
    "a, 403",
    "b, 403",
    "A, next",
    "ab, next",
    "c, next",
    "Pingdom.com_bot_version_1.1, next",
    "Pingdom.com_bot_version_1.14, 403",
    "Mozilla (facebookexternalhit/1.0), 403",
    "Mozilla, next",
  })
  void listed_user_agents_are_refused(String agent, String answer) {
    for (String cache : new String[] {"0", "10"}) {
      PluginHandler handler = start(LISTS + ",'cache_size':" + cache);
      for (int i = 0; i < 3; i++) {
        assertThat(ask(handler, agent).strip()).as("cache " + cache).isEqualTo(answer);
      }
    }
  }

  @Test
  void an_allowed_user_agent_may_be_denied_as_well() {
    assertThat(ask(start("'allow':['x'],'deny':['x'],'patterns':['x']"), "x")).isEqualTo("next");
  }

  @Test
  void requests_without_a_user_agent_pass_unless_they_are_robots() {
    assertThat(Replies.text(start(LISTS).access(FakeExchange.get("/")))).isEqualTo("next");
    assertThat(ask(start(LISTS), "")).isEqualTo("next");

    PluginHandler strict = start("'empty_user_agent_is_bot':true,'allow':['c']");
    Reply refusal = strict.access(FakeExchange.get("/"));
    assertThat(Replies.text(refusal)).isEqualTo("403 ");
    assertThat(Replies.headers(refusal)).isEmpty();
    assertThat(ask(strict, "")).isEqualTo("403 ");
    assertThat(ask(strict, "c")).isEqualTo("next");
  }

  @Test
  void a_full_cache_changes_no_answer() {
    PluginHandler handler = start("'patterns':['[02468]$'],'cache_size':5");

    for (int i = 0; i < 1000; i++) {
      assertThat(ask(handler, "agent " + i).strip()).isEqualTo(i % 2 == 0 ? "403" : "next");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "a(?=b)", "[z-a]", "(a)\\\\1"})
  void a_pattern_that_is_none_is_refused(String regex) {
    assertThatThrownBy(() -> start("'patterns':['" + regex + "']"))
        .isInstanceOf(PatternSyntaxException.class);
  }

  @Test
  void a_health_page_is_for_anybody() {
    PluginHandler handler = start("'empty_user_agent_is_bot':true,'except_path':'/__health'");

    assertThat(handler.access(FakeExchange.get("/__health"))).isEqualTo(Reply.NEXT);
    assertThat(Replies.text(handler.access(FakeExchange.get("/a")))).isEqualTo("403 ");
  }

  @Test
  void a_global_configuration_looks_before_a_route_is_known() {
    PluginHandler handler =
        gateway.scope(null, null).start(new BotDetectorPlugin(), "{'deny':['a']}");
    FakeExchange bot = FakeExchange.get("/").header("user-agent", "a");

    assertThat(Replies.text(handler.rewrite(bot))).isEqualTo("403 ");
    assertThat(handler.access(bot)).isEqualTo(Reply.NEXT);
  }

  private PluginHandler start(String config) {
    return gateway.start(new BotDetectorPlugin(), "{" + config + "}");
  }

  private static String ask(PluginHandler handler, String agent) {
    return Replies.text(handler.access(FakeExchange.get("/").header("user-agent", agent)));
  }
}
