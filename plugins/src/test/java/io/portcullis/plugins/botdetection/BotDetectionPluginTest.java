package io.portcullis.plugins.botdetection;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BotDetectionPluginTest {
  private final FakeGateway gateway = new FakeGateway();

  @AfterEach
  void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Googlebot/2.1",
        "bingbot/2.0",
        "Go-http-client/1.1",
        "Python-urllib/3.9",
        "Apache-HttpClient/4",
        "facebookexternalhit/1.1",
        "Twitterbot/1.0",
        "okhttp/4.9",
        "axios/1.0",
        "my custom bot/1.0",
        "some spider 3",
        "Slackbot 1.0",
        "Pingdom.com_bot_version_1.4",
        "YandexBot/3.0",
        "Mozilla/5.0 (compatible; AhrefsBot/7.0)",
        "Baiduspider"
      })
  void robots_are_refused(String agent) {
    assertThat(ask("{}", agent)).isEqualTo("403 Forbidden");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "curl/8.0",
        "Wget/1.21",
        "Mozilla/5.0 (X11)",
        "Mozilla/5.0 (Linux; Android 9; CUBOT_X18) Chrome/90",
        "python-requests/2.28",
        "Java/17",
        "node-fetch",
        "PostmanRuntime/7",
        "aws-sdk-go/1",
        "abbott/1"
      })
  void others_pass(String agent) {
    assertThat(ask("{}", agent)).isEqualTo("next");
  }

  @Test
  void requests_without_a_user_agent_pass() {
    assertThat(Replies.text(start("{}").access(FakeExchange.get("/")))).isEqualTo("next");
  }

  @Test
  void two_user_agents_are_refused() {
    FakeExchange exchange =
        FakeExchange.get("/").header("user-agent", "a").header("user-agent", "b");

    assertThat(Replies.text(start("{}").access(exchange)))
        .isEqualTo("400 Only one User-Agent header allowed");
  }

  @Test
  void what_is_allowed_wins_over_what_is_denied() {
    assertThat(ask("{'allow':['^Google'],'deny':['bot']}", "Googlebot/2.1")).isEqualTo("next");
    assertThat(ask("{'allow':['^bing'],'deny':['ogle']}", "Googlebot")).isEqualTo("403 Forbidden");
    assertThat(ask("{'deny':['curl/[0-7]\\\\.']}", "x curl/7.1")).isEqualTo("403 Forbidden");
    assertThat(ask("{'deny':['curl/[0-7]\\\\.']}", "curl/8.1")).isEqualTo("next");
  }

  @Test
  void null_lists_are_empty() {
    assertThat(ask("{'allow':null,'deny':null}", "Googlebot/2.1")).isEqualTo("403 Forbidden");
  }

  private PluginHandler start(String config) {
    return gateway.start(new BotDetectionPlugin(), config);
  }

  private String ask(String config, String agent) {
    return Replies.text(start(config).access(FakeExchange.get("/").header("user-agent", agent)));
  }
}
