package io.portcullis.plugins.redirect;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.Reply;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedirectPluginTest {
  private final FakeGateway gateway = new FakeGateway();

  @AfterEach
  void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'location':'https://new.test/base?x=1'} | 301 | https://new.test/base?x=1",
        "{'location':'https://new.test/a','status_code':307} | 307 | https://new.test/a",
        "{'location':'http://n.test/é x#f'} | 301 | http://n.test/%C3%A9%20x#f",
        "{'location':'https://n.test/base?x=1','keep_incoming_path':true} | 301"
            + " | https://n.test/t/a?b=%20c",
        "{'location':'https://n.test:81','keep_incoming_path':true} | 301"
            + " | https://n.test:81/t/a?b=%20c",
        "{'location':'https://n.test?q','keep_incoming_path':null} | 301 | https://n.test?q",
      })
  void sends_clients_to_the_location(String config, int status, String location) {
    Reply reply =
        gateway.start(new RedirectPlugin(), config).access(FakeExchange.get("/t/a?b=%20c"));

    assertThat(Replies.text(reply)).isEqualTo(status + " redirecting");
    assertThat(Replies.headers(reply)).containsExactly(java.util.Map.entry("location", location));
  }
}
