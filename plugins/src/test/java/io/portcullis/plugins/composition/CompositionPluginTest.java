package io.portcullis.plugins.composition;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CompositionPluginTest {
  private final FakeGateway gateway = new FakeGateway();
  private final Backends backends = new Backends();

  @BeforeEach
  void connect() {
    gateway.upstream.set(backends);
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void answers_with_sorted_members_and_the_numbers_as_they_were_written() {
    backends.json("/a", "{'z':1.10,'a':{'y':1e2,'b':[true,null,12345678901234567890]}}");

    Reply reply = ask("{'backend':[{'host':['h.test'],'url_pattern':'/a'}]}", "/");

    assertThat(Replies.text(reply))
        .isEqualTo("200 {\"a\":{\"b\":[true,null,12345678901234567890],\"y\":1e2},\"z\":1.10}");
    assertThat(Replies.headers(reply))
        .containsEntry("content-type", "application/json; charset=utf-8")
        .containsEntry("x-krakend-completed", "true")
        .doesNotContainKey("cache-control");
  }

  @Test
  void escapes_what_is_dangerous_in_html() {
    backends.answers("/a", 200, "{\"t\":\"<a href=\\\"x\\\">&\u2028\\u0001é😀\"}");

    assertThat(ask1("/a", ""))
        .isEqualTo("200 {\"t\":\"\\u003ca href=\\\"x\\\"\\u003e\\u0026\\u2028\\u0001é😀\"}");
  }

  @Test
  void null_is_a_part_that_is_missing() {
    backends.json("/a", "null").json("/b", "{'b':2}");

    for (String sequential : new String[] {"'sequential':false", "'sequential':true"}) {
      Reply reply = ask(Endpoints.two(sequential, ""), "/");

      assertThat(Replies.text(reply)).isEqualTo("200 {\"b\":2}");
      assertThat(Replies.headers(reply)).containsEntry("x-krakend-completed", "false");
    }
  }

  @Test
  @DisplayName("B36 merges the answers of all backends")
  void merges_the_answers_of_all_backends() {
    backends.json("/a", "{'a':1,'both':'a'}").json("/b", "{'b':2,'both':'b'}");

    Reply reply = ask(Endpoints.two("", ""), "/");

    assertThat(Replies.text(reply)).isEqualTo("200 {\"a\":1,\"b\":2,\"both\":\"b\"}");
    assertThat(Replies.headers(reply)).containsEntry("x-krakend-completed", "true");
  }

  @Test
  void the_answer_that_arrives_last_has_the_last_word() {
    backends.silent("/a").json("/b", "{'both':'b'}");
    PluginHandler handler = start(Endpoints.two("", ""));
    Reply reply = handler.access(FakeExchange.get("/"));
    backends.open.getFirst().complete(Backends.answer(200, "{\"both\":\"a\"}"));

    assertThat(Replies.text(reply)).isEqualTo("200 {\"both\":\"a\"}");
  }

  @Test
  @DisplayName("B37 groups, targets, maps, allows and denies")
  void shapes_each_part() {
    backends.json(
        "/a", "{'data':{'user':{'name':'alice','city':'x','age':1}},'status':'ok','meta':{}}");

    assertThat(ask1("/a", "'group':'g','target':'data.user'"))
        .isEqualTo("200 {\"g\":{\"age\":1,\"city\":\"x\",\"name\":\"alice\"}}");
    assertThat(ask1("/a", "'allow':['data.user.name','data.user.city']"))
        .isEqualTo("200 {\"data\":{\"user\":{\"city\":\"x\",\"name\":\"alice\"}}}");
    assertThat(ask1("/a", "'deny':['data','meta']")).isEqualTo("200 {\"status\":\"ok\"}");
    assertThat(ask1("/a", "'deny':['data'],'mapping':{'status':'result.x','meta':'m'}"))
        .isEqualTo("200 {\"m\":{},\"result\":\"ok\"}");
    assertThat(ask1("/a", "'target':'status','group':'g'")).isEqualTo("200 {\"g\":{}}");
  }

  @Test
  @DisplayName("B38 B39 flatmaps objects and collections")
  void flatmaps() {
    backends
        .json("/a", "{'status':1,'data':{'user':{'details':{'name':'a'}}}}")
        .json(
            "/b",
            "{'numerals':[{'numeral':1,'english':'one','spanish':'uno'},"
                + "{'numeral':2,'english':'two','spanish':'dos'}]}");

    assertThat(
            ask1(
                "/a",
                "'flatmap_filter':[{'type':'move','args':['data.user.details','details']},"
                    + "{'type':'move','args':['details.name','name']},"
                    + "{'type':'del','args':['status','data','details']}]"))
        .isEqualTo("200 {\"name\":\"a\"}");
    assertThat(
            ask1(
                "/b",
                "'flatmap_filter':[{'type':'del','args':['numerals.0']},"
                    + "{'type':'move','args':['numerals.*.numeral','numerals.*.number']},"
                    + "{'type':'move','args':['numerals.*.english','numerals.*.name']},"
                    + "{'type':'del','args':['numerals.*.spanish']},"
                    + "{'type':'move','args':['numerals','numbers']}]"))
        .isEqualTo("200 {\"numbers\":[{\"name\":\"two\",\"number\":2}]}");
  }

  @Test
  @DisplayName("B21 B22 B23 reads and writes collections")
  void reads_and_writes_collections() {
    backends.json("/a", "[1,2]").json("/o", "{'x':1}").json("/s", "'text'");

    assertThat(ask1("/a", "'is_collection':true")).isEqualTo("200 {\"collection\":[1,2]}");
    assertThat(ask1("/a", "'encoding':'safejson','mapping':{'collection':'else'}"))
        .isEqualTo("200 {\"else\":[1,2]}");
    assertThat(ask1("/s", "'encoding':'safejson'")).isEqualTo("200 {\"content\":\"text\"}");
    assertThat(
            Replies.text(
                ask(
                    Endpoints.one(
                        "/a", "'is_collection':true", "'output_encoding':'json-collection'"),
                    "/")))
        .isEqualTo("200 [1,2]");
    assertThat(
            Replies.text(ask(Endpoints.one("/o", "", "'output_encoding':'json-collection'"), "/")))
        .isEqualTo("200 []");
    assertThat(ask1("/a", "")).isEqualTo("500 ");
    assertThat(ask1("/o", "'is_collection':true")).isEqualTo("500 ");
  }

  @Test
  @DisplayName("B25 passes text")
  void passes_text() {
    backends.answers("/t", 200, "<h1>é</h1>");

    Reply plain =
        ask(Endpoints.one("/t", "'encoding':'string'", "'output_encoding':'string'"), "/");

    assertThat(Replies.text(plain)).isEqualTo("200 <h1>é</h1>");
    assertThat(Replies.headers(plain)).containsEntry("content-type", "text/plain; charset=utf-8");
    assertThat(ask1("/t", "'encoding':'string'"))
        .isEqualTo("200 {\"content\":\"\\u003ch1\\u003eé\\u003c/h1\\u003e\"}");
  }

  @Test
  @DisplayName("B17 passes an answer as it is")
  void passes_an_answer_as_it_is() {
    backends.answers("/status", 404, "gone", "X-Own", "1", "Set-Cookie", "a=b", "Connection", "x");

    Reply reply = ask(Endpoints.one("/status", "", "'output_encoding':'no-op'"), "/");

    assertThat(Replies.text(reply)).isEqualTo("404 gone");
    assertThat(Replies.headers(reply))
        .containsEntry("x-own", "1")
        .containsEntry("set-cookie", "a=b")
        .containsEntry("x-krakend-completed", "false")
        .doesNotContainKey("connection");
  }

  @Test
  @DisplayName("B27 hides what failed")
  void hides_what_failed() {
    backends.answers("/204", 204, "").answers("/500", 500, "secret").dead("/dead");

    for (String path : new String[] {"/204", "/500", "/404", "/dead"}) {
      Reply reply = ask(Endpoints.one(path, "", ""), "/");
      assertThat(Replies.text(reply)).as(path).isEqualTo("500 ");
      assertThat(Replies.headers(reply)).containsEntry("x-krakend-completed", "false").hasSize(1);
    }
  }

  @Test
  @DisplayName("B31 tells what failed when it is asked to")
  void tells_what_failed_when_it_is_asked_to() {
    backends.answers("/text", 200, "<html>");

    assertThat(Replies.text(ask(Endpoints.one("/unknown", "", "'return_error_msg':true"), "/")))
        .isEqualTo("500 invalid status code 404 [GET /unknown]: http://h.test/unknown");
    Reply unreadable = ask(Endpoints.one("/text", "", "'return_error_msg':true"), "/");
    assertThat(Replies.text(unreadable)).startsWith("500 not JSON: ");
    assertThat(Replies.headers(unreadable))
        .containsEntry("content-type", "text/plain; charset=utf-8");
    assertThat(
            Replies.text(
                ask(
                    "{'return_error_msg':true,'backend':["
                        + Endpoints.backend("/x", "")
                        + ","
                        + Endpoints.backend("/y", "")
                        + "]}",
                    "/")))
        .isEqualTo(
            "500 invalid status code 404 [GET /x]: http://h.test/x\n"
                + "invalid status code 404 [GET /y]: http://h.test/y");
  }

  @Test
  @DisplayName("B30 a part that is missing makes the answer incomplete")
  void a_part_that_is_missing_makes_the_answer_incomplete() {
    backends.json("/a", "{'a':1}").dead("/b");

    Reply reply = ask(Endpoints.two("'cache_ttl':'1h'", ""), "/");

    assertThat(Replies.text(reply)).isEqualTo("200 {\"a\":1}");
    assertThat(Replies.headers(reply))
        .containsEntry("x-krakend-completed", "false")
        .doesNotContainKey("cache-control");
  }

  @Test
  void an_empty_answer_is_not_complete() {
    backends.json("/a", "{}");

    assertThat(Replies.headers(ask(Endpoints.one("/a", "", ""), "/")))
        .containsEntry("x-krakend-completed", "false");
  }

  @Test
  @DisplayName("B47 complete answers may be cached by clients")
  void complete_answers_may_be_cached_by_clients() {
    backends.json("/a", "{'a':1}");

    assertThat(Replies.headers(ask(Endpoints.one("/a", "", "'cache_ttl':'1h'"), "/")))
        .containsEntry("cache-control", "public, max-age=3600");
    assertThat(Replies.headers(ask(Endpoints.one("/a", "", "'cache_ttl':'500ms'"), "/")))
        .containsEntry("cache-control", "public, max-age=0");
  }

  @Test
  @DisplayName("B32 a bad status can be told in the answer")
  void a_bad_status_can_be_told_in_the_answer() {
    backends.answers("/a", 404, "no", "Content-Type", "text/plain").json("/b", "{'b':1}");

    Reply reply = ask(Endpoints.two("", "'return_error_details':'alias','group':'ignored'"), "/");

    assertThat(Replies.text(reply))
        .isEqualTo(
            "200 {\"b\":1,\"error_alias\":{\"http_status_code\":404,\"http_body\":\"no\","
                + "\"http_body_encoding\":\"text/plain\"}}");
    assertThat(Replies.headers(reply)).containsEntry("x-krakend-completed", "false");
  }

  @Test
  @DisplayName("B33 the status of a single backend can be kept")
  void the_status_of_a_single_backend_can_be_kept() {
    backends.answers("/a", 404, "{}", "Content-Type", "application/json").answers("/b", 418, "");

    assertThat(ask1("/a", "'return_error_code':true")).isEqualTo("404 ");
    Reply told =
        ask(Endpoints.one("/a", "'return_error_code':true", "'return_error_msg':true"), "/");
    assertThat(Replies.text(told)).isEqualTo("404 {}");
    assertThat(Replies.headers(told)).containsEntry("content-type", "application/json");
    assertThat(Replies.text(ask(Endpoints.two("", "'return_error_code':true"), "/")))
        .isEqualTo("500 ");
  }

  @Test
  @DisplayName("B19 chains backends")
  void chains_backends() {
    backends
        .json("/hotels/7", "{'calendar_id':'c-9','deep':{'ids':[1,2]},'flag':true}")
        .json("/calendar/c-9", "{'days':3}");
    String config =
        "{'endpoint':'/hotel/{id}','sequential':true,'backend':["
            + Endpoints.backend("/hotels/{id}", "")
            + ","
            + Endpoints.backend(
                "/calendar/{resp0_calendar_id}?n={resp0_deep.ids}&f={resp0_flag}", "")
            + "]}";

    Reply reply = ask(config, "/hotel/7");

    assertThat(Replies.text(reply))
        .isEqualTo(
            "200 {\"calendar_id\":\"c-9\",\"days\":3,\"deep\":{\"ids\":[1,2]},\"flag\":true}");
    assertThat(backends.last().uri()).hasToString("http://h.test/calendar/c-9?n=1%2C2&f=true");
    assertThat(Replies.headers(reply)).containsEntry("x-krakend-completed", "true");
  }

  @Test
  @DisplayName("B19 a chain that breaks answers what it has")
  void a_chain_that_breaks_answers_what_it_has() {
    backends.json("/hotels/7", "{'a':1}").json("/last", "{'l':1}");
    String config =
        "{'endpoint':'/hotel/{id}','sequential':true,'backend':["
            + Endpoints.backend("/hotels/{id}", "")
            + ","
            + Endpoints.backend("/calendar/{resp0_unexisting_field}.json", "")
            + ","
            + Endpoints.backend("/last", "")
            + "]}";

    Reply reply = ask(config, "/hotel/7");

    assertThat(Replies.text(reply)).isEqualTo("200 {\"a\":1}");
    assertThat(Replies.headers(reply)).containsEntry("x-krakend-completed", "false");
    assertThat(backends.last().uri())
        .hasToString("http://h.test/calendar/%7B%7B.Resp0_unexisting_field%7D%7D.json");
    assertThat(Replies.text(ask(config, "/hotel/8"))).isEqualTo("500 ");
  }

  @Test
  @DisplayName("B49 late parts are left out")
  void late_parts_are_left_out() {
    backends.json("/a", "{'a':1}").slow("/b");

    Reply reply = ask(Endpoints.two("'timeout':'200ms'", ""), "/");

    assertThat(Replies.text(reply)).isEqualTo("200 {\"a\":1}");
    assertThat(Replies.headers(reply)).containsEntry("x-krakend-completed", "false");
    assertThat(backends.last().timeout().toMillis()).isBetween(1L, 170L);
  }

  @Test
  @DisplayName("B49 a single backend that is late is 500")
  void a_single_backend_that_is_late_is_500() {
    backends.slow("/b");

    assertThat(
            Replies.text(
                ask(Endpoints.one("/b", "", "'timeout':'100ms','return_error_msg':true"), "/")))
        .isEqualTo("500 context deadline exceeded");
  }

  @Test
  @DisplayName("B50 equal calls race")
  void equal_calls_race() {
    backends.silent("/flaky");
    Reply reply = ask(Endpoints.one("/flaky", "", "'concurrent_calls':3"), "/");
    assertThat(backends.open).hasSize(3);
    backends.open.get(0).complete(Backends.answer(500, ""));
    backends.open.get(1).complete(Backends.answer(200, "{\"a\":1}"));

    assertThat(Replies.text(reply)).isEqualTo("200 {\"a\":1}");
    assertThat(backends.open.get(2)).isCancelled();
    assertThat(backends.last().timeout().toMillis()).isLessThanOrEqualTo(1500);
  }

  @Test
  @DisplayName("B50 equal calls have three quarters of the whole time, among others too")
  void equal_calls_have_three_quarters_of_the_whole_time() {
    backends.silent("/a").silent("/b");
    ask(Endpoints.two("'concurrent_calls':2,'timeout':'100s'", ""), "/");

    assertThat(backends.last().timeout().toMillis()).isBetween(65_000L, 75_000L);
  }

  @Test
  @DisplayName("B50 when all equal calls fail, the answer fails")
  void when_all_equal_calls_fail_the_answer_fails() {
    backends.dead("/x");

    assertThat(Replies.text(ask(Endpoints.one("/x", "", "'concurrent_calls':3"), "/")))
        .isEqualTo("500 ");
    assertThat(backends.calls).hasSize(3);
  }

  @Test
  void adds_static_data() {
    backends.json("/a", "{'a':1}");
    String data = "'static':{'strategy':'STRATEGY','data':{'s':{'n':1.50},'t':null}}";

    assertThat(Replies.text(ask(Endpoints.one("/a", "", data.replace("STRATEGY", "always")), "/")))
        .isEqualTo("200 {\"a\":1,\"s\":{\"n\":1.5},\"t\":null}");
    assertThat(Replies.text(ask(Endpoints.one("/a", "", data.replace("STRATEGY", "errored")), "/")))
        .isEqualTo("200 {\"a\":1}");
    assertThat(Replies.text(ask(Endpoints.one("/x", "", data.replace("STRATEGY", "errored")), "/")))
        .isEqualTo("200 {\"s\":{\"n\":1.5},\"t\":null}");
    assertThat(
            Replies.text(ask(Endpoints.one("/x", "", data.replace("STRATEGY", "complete")), "/")))
        .isEqualTo("500 ");
  }

  @Test
  void what_fails_in_part_counts_as_failed_for_static_data_and_flatmaps() {
    backends.json("/a", "{'a':1}").json("/b", "{'b':2}");
    String added = "'static':{'strategy':'STRATEGY','data':{'s':1}}";
    String partial =
        "{"
            + added
            + ",'backend':["
            + Endpoints.backend("/a", "")
            + ","
            + Endpoints.backend("/x", "")
            + "]}";

    assertThat(Replies.text(ask(partial.replace("STRATEGY", "errored"), "/")))
        .isEqualTo("200 {\"a\":1,\"s\":1}");
    assertThat(Replies.text(ask(partial.replace("STRATEGY", "incomplete"), "/")))
        .isEqualTo("200 {\"a\":1,\"s\":1}");
    for (String other : new String[] {"success", "complete"}) {
      assertThat(Replies.text(ask(partial.replace("STRATEGY", other), "/")))
          .isEqualTo("200 {\"a\":1}");
    }
    String flat = "'flatmap_filter':[{'type':'move','args':['a','z']}]";
    assertThat(Replies.text(ask(partial.replace(added, flat), "/"))).isEqualTo("200 {\"a\":1}");
    assertThat(Replies.text(ask(Endpoints.two(flat, ""), "/"))).isEqualTo("200 {\"b\":2,\"z\":1}");
  }

  @Test
  void an_answer_that_is_not_read_has_no_members() {
    backends.answers("/a", 200, "whatever").json("/b", "{'b':2}").json("/c/whatever", "{'c':3}");
    String unread = "'encoding':'no-op'";
    Reply alone = ask(Endpoints.one("/a", unread, ""), "/");

    assertThat(Replies.text(alone)).isEqualTo("200 {}");
    assertThat(Replies.headers(alone)).containsEntry("x-krakend-completed", "false");
    assertThat(Replies.text(ask(Endpoints.one("/a", unread, "'static':{'data':{'s':1}}"), "/")))
        .isEqualTo("200 {\"s\":1}");
    assertThat(Replies.text(ask(Endpoints.two("", unread), "/"))).isEqualTo("200 {\"b\":2}");
    assertThat(
            Replies.text(
                ask(
                    "{'sequential':true,'backend':["
                        + Endpoints.backend("/a", unread)
                        + ","
                        + Endpoints.backend("/c/{resp0}", "")
                        + "]}",
                    "/")))
        .isEqualTo("200 {\"c\":3}");
  }

  @Test
  void less_than_a_millisecond_is_over_at_once() {
    backends.json("/a", "{'a':1}");

    assertThat(
            Replies.text(
                ask(Endpoints.one("/a", "", "'timeout':'150us','return_error_msg':true"), "/")))
        .isEqualTo("500 context deadline exceeded");
    assertThat(backends.calls).isEmpty();
  }

  @Test
  void a_backend_is_called_when_its_expressions_are_true() {
    backends.json("/a", "{'a':1}").json("/b", "{'b':2}");
    String three = "'cel':[{'check_expr':'true'},{'check_expr':'int(req_params.Id) % 3 == 0'}]";
    String both =
        "{'endpoint':'/x/{id}','return_error_msg':true,'backend':["
            + Endpoints.backend("/a", three)
            + ","
            + Endpoints.backend("/b", "")
            + "]}";

    assertThat(Replies.text(ask(both, "/x/6"))).isEqualTo("200 {\"a\":1,\"b\":2}");
    Reply partial = ask(both, "/x/7");
    assertThat(Replies.text(partial)).isEqualTo("200 {\"b\":2}");
    assertThat(Replies.headers(partial)).containsEntry("x-krakend-completed", "false");
    String alone = Endpoints.one("/a", three, "'endpoint':'/x/{id}','return_error_msg':true");
    assertThat(Replies.text(ask(alone, "/x/7"))).isEqualTo("500 request aborted by evaluator #1");
    assertThat(Replies.text(ask(alone, "/x/none")))
        .isEqualTo("500 request aborted by evaluator #1");
  }

  @Test
  void a_client_that_leaves_takes_the_calls_with_it() {
    backends.silent("/a").silent("/b");
    Reply.Later later = (Reply.Later) ask(Endpoints.two("", ""), "/");

    assertThat(later.abandon()).isNotNull();
    later.abandon().run();

    assertThat(backends.open).hasSize(2).allMatch(java.util.concurrent.CompletableFuture::isDone);
    assertThat(later.reply().toCompletableFuture()).isCompletedExceptionally();
  }

  @Test
  void inflates_answers_within_the_limit() throws IOException {
    byte[] zipped = gzip("{\"a\":\"" + "x".repeat(1000) + "\"}");
    backends.replies("/a", _ -> Backends.answer(200, zipped, "content-encoding", "gzip"));

    assertThat(ask1("/a", "")).hasSize(4 + 1008);
    assertThat(Replies.text(ask(Endpoints.one("/a", "", "'max_body_size':1000"), "/")))
        .isEqualTo("500 ");
  }

  @Test
  void reads_large_and_deep_and_broken_answers() {
    String large = "{\"a\":[" + "\"xxxxxxxxx\",".repeat(900_000) + "1]}";
    backends
        .answers("/large", 200, large)
        .answers("/deep", 200, "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}")
        .answers("/many", 200, "{\"a\":[" + "1,".repeat(1_000_000) + "1]}")
        .answers("/empty", 200, "")
        .answers("/null", 200, "null")
        .replies(
            "/latin",
            _ -> Backends.answer(200, new byte[] {'{', '"', (byte) 0xE9, '"', ':', '1', '}'}));

    assertThat(ask1("/large", "")).hasSize(4 + large.length());
    assertThat(ask1("/deep", "")).isEqualTo("500 ");
    assertThat(ask1("/many", "")).isEqualTo("500 ");
    assertThat(ask1("/empty", "")).isEqualTo("500 ");
    assertThat(ask1("/null", "")).isEqualTo("200 null");
    assertThat(ask1("/null", "'group':'g'")).isEqualTo("200 {\"g\":null}");
    assertThat(ask1("/null", "'target':'t'")).isEqualTo("200 {}");
    assertThat(ask1("/null", "'is_collection':true")).isEqualTo("200 {\"collection\":null}");
    assertThat(ask1("/latin", "")).isEqualTo("200 {\"\uFFFD\":1}");
  }

  private String ask1(String path, String members) {
    return Replies.text(ask(Endpoints.one(path, members, ""), "/"));
  }

  private Reply ask(String config, String target) {
    return start(config).access(FakeExchange.get(target));
  }

  private PluginHandler start(String config) {
    return gateway.start(new CompositionPlugin(), config);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return zipped.toByteArray();
  }
}
