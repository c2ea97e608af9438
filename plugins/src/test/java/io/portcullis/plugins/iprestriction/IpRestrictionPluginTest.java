package io.portcullis.plugins.iprestriction;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IpRestrictionPluginTest {
  private final FakeGateway gateway = new FakeGateway();

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void lets_listed_addresses_through_and_refuses_others() {
    String config = "{'allow':['10.0.0.0/8','192.168.1.7','2001:db8::/32']}";

    assertThat(answer(config, "10.255.255.255")).isEqualTo("next");
    assertThat(answer(config, "192.168.1.7")).isEqualTo("next");
    assertThat(answer(config, "2001:db8::5")).isEqualTo("next");
    assertThat(answer(config, "11.0.0.0")).isEqualTo("403 IP address not allowed: 11.0.0.0");
    assertThat(answer(config, "2001:db9::5")).isEqualTo("403 IP address not allowed: 2001:db9::5");
  }

  @Test
  void deny_wins_over_allow() {
    String config = "{'allow':['10.0.0.0/8'],'deny':['10.1.0.0/16']}";

    assertThat(answer(config, "10.2.0.1")).isEqualTo("next");
    assertThat(answer(config, "10.1.0.1")).startsWith("403");
  }

  @Test
  void deny_alone_lets_all_others_through() {
    assertThat(answer("{'deny':['10.0.0.0/8']}", "11.0.0.1")).isEqualTo("next");
    assertThat(answer("{'deny':['10.0.0.0/8'],'allow':[]}", "11.0.0.1")).isEqualTo("next");
  }

  @Test
  void status_and_message_may_be_chosen() {
    assertThat(answer("{'deny':['10.0.0.0/8'],'status':418,'message':'no'}", "10.0.0.1"))
        .isEqualTo("418 no");
  }

  @Test
  void a_peer_without_an_address_is_refused() {
    assertThat(answer("{'deny':['10.0.0.0/8']}", "unix:"))
        .isEqualTo(
            "403 Cannot identify the client IP address, unix domain sockets are not supported.");
    assertThat(answer("{'allow':['10.0.0.0/8']}", "unix:")).startsWith("403 Cannot identify");
  }

  private String answer(String config, String address) {
    PluginHandler handler = gateway.start(new IpRestrictionPlugin(), config);
    return Replies.text(handler.access(FakeExchange.get("/").from(address)));
  }
}
