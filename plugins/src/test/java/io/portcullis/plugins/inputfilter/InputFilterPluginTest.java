package io.portcullis.plugins.inputfilter;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.Headers;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputFilterPluginTest {
  private final FakeGateway gateway = new FakeGateway();

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void headers_that_are_not_listed_do_not_pass() {
    FakeExchange exchange =
        FakeExchange.get("/")
            .header("authorization", "x")
            .header("x-other", "1")
            .header("cookie", "a=b")
            .header("x-other", "2")
            .header("sec-websocket-key", "k")
            .header("upgrade", "websocket");

    filter("{'headers':['Authorization']}", exchange);

    assertThat(names(exchange))
        .contains("authorization", "sec-websocket-key", "upgrade")
        .doesNotContain("x-other", "cookie");
  }

  @Test
  void the_type_of_the_body_passes_while_no_header_is_listed() {
    FakeExchange plain = FakeExchange.get("/").header("content-type", "a/b").header("x-a", "1");
    FakeExchange listed = FakeExchange.get("/").header("content-type", "a/b").header("x-a", "1");
    FakeExchange all = FakeExchange.get("/").header("content-type", "a/b").header("x-a", "1");

    filter("{}", plain);
    filter("{'headers':['x-A']}", listed);
    filter("{'headers':['*']}", all);

    assertThat(names(plain)).contains("content-type").doesNotContain("x-a");
    assertThat(names(listed)).contains("x-a").doesNotContain("content-type");
    assertThat(names(all)).contains("x-a", "content-type");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | a=1&b=2 | ``",
        "['a'] | a=1&b=2&a=3 | a=1&a=3",
        "['a'] | A=1&a | a",
        "['a[]'] | a%5B%5D=1&&x&a[]=2 | a%5B%5D=1&a[]=2",
        "['a'] | %zz=1&a=%zz | a=%zz",
        "['*'] | a=1&b | a=1&b"
      })
  void arguments_that_are_not_listed_do_not_pass(String listed, String query, String expected) {
    FakeExchange exchange = FakeExchange.get("/?" + query);

    filter("{'query_strings':" + listed + "}", exchange);

    String rest = exchange.request().rawQuery();
    assertThat(rest == null ? "" : rest).isEqualTo(expected);
  }

  private void filter(String config, FakeExchange exchange) {
    gateway.start(new InputFilterPlugin(), config).access(exchange);
  }

  private static List<String> names(FakeExchange exchange) {
    List<String> names = new ArrayList<>();
    Headers headers = exchange.request().headers();
    headers.forEach((name, value) -> names.add(name));
    return names;
  }
}
