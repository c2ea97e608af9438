package io.portcullis.proxy.chain;

import static io.portcullis.proxy.chain.ChainFixture.plugin;
import static io.portcullis.proxy.chain.ChainFixture.scopes;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.BodyFilter;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeLog;
import io.portcullis.core.plugin.Phase;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PluginRunTest {
  private static final UUID ROUTE = UUID.randomUUID();
  private static final UUID ALICE = UUID.randomUUID();
  private static final ExchangeLog LOG =
      (ExchangeLog)
          Proxy.newProxyInstance(
              PluginRunTest.class.getClassLoader(),
              new Class<?>[] {ExchangeLog.class},
              (proxy, method, arguments) -> {
                throw new UnsupportedOperationException();
              });

  private final List<String> steps = Collections.synchronizedList(new ArrayList<>());
  private final TestExchange exchange = new TestExchange(null, null);

  @Test
  void runs_by_falling_priority_and_equals_by_name_in_reverse() {
    PluginRun run =
        start(
            plugin("low", 1).with(recording("low")),
            plugin("abel", 5).with(recording("abel")),
            plugin("zoe", 5).with(recording("zoe")),
            plugin("high", 9).with(recording("high")));
    assertThat(run.access()).isSameAs(Reply.NEXT);
    assertThat(run.headerFilter()).isTrue();
    run.log(LOG);
    assertThat(steps)
        .containsExactly(
            "high access",
            "zoe access",
            "abel access",
            "low access",
            "high header",
            "zoe header",
            "abel header",
            "low header",
            "high log",
            "zoe log",
            "abel log",
            "low log");
  }

  @Test
  void skips_access_after_an_exit_but_runs_the_later_phases_of_all() {
    Reply exit = Reply.exit(401, "{}");
    PluginRun run =
        start(
            plugin("first", 9).with(recording("first")),
            plugin("gate", 5).with(answering("gate", ignored -> exit)),
            plugin("last", 1).with(recording("last")));
    assertThat(run.access()).isSameAs(exit);
    assertThat(run.failed()).isFalse();
    run.headerFilter();
    assertThat(run.hasLog()).isTrue();
    run.log(LOG);
    assertThat(steps)
        .containsExactly(
            "first access",
            "gate access",
            "first header",
            "gate header",
            "last header",
            "first log",
            "gate log",
            "last log");
  }

  @Test
  void chooses_the_configuration_of_a_consumer_that_an_earlier_plugin_recognised() {
    PluginRun run =
        start(
            plugin("auth", 9).with(answering("auth", this::authenticateAlice)),
            plugin("before", 10).with(recording("before")),
            plugin("before", 10).consumer(ALICE).with(recording("before alice")),
            plugin("limit", 5).with(recording("limit")),
            plugin("limit", 5).consumer(ALICE).with(recording("limit alice")),
            plugin("log", 1).consumer(ALICE).with(recording("log alice")));
    run.access();
    run.headerFilter();
    assertThat(steps)
        .containsExactly(
            "before access",
            "auth access",
            "limit alice access",
            "log alice access",
            "before header",
            "auth header",
            "limit alice header",
            "log alice header");
  }

  @Test
  void chooses_for_nobody_when_the_exchange_ends_before_anybody_is_recognised() {
    PluginRun run =
        start(
            plugin("gate", 9).with(answering("gate", ignored -> Reply.refuse(401, "Unauthorized"))),
            plugin("limit", 5).consumer(ALICE).with(recording("limit alice")),
            plugin("limit", 5).with(recording("limit")));
    assertThat(run.access()).isInstanceOf(Reply.Refusal.class);
    exchange.authenticate(TestExchange.consumer(ALICE), null);
    run.headerFilter();
    assertThat(steps).containsExactly("gate access", "gate header", "limit header");
  }

  @Test
  void goes_on_where_it_stopped_after_a_later_reply() {
    CompletableFuture<Reply> stage = new CompletableFuture<>();
    PluginRun run =
        start(
            plugin("slow", 9).with(answering("slow", ignored -> new Reply.Later(stage))),
            plugin("next", 5).with(recording("next")));
    assertThat(run.access()).isEqualTo(new Reply.Later(stage));
    assertThat(steps).containsExactly("slow access");
    assertThat(run.resume(Reply.NEXT)).isSameAs(Reply.NEXT);
    assertThat(steps).containsExactly("slow access", "next access");
  }

  @Test
  void ends_after_a_later_reply_that_is_an_exit() {
    Reply exit = Reply.exit(403, "{}");
    PluginRun run =
        start(
            plugin("slow", 9)
                .with(answering("slow", ignored -> new Reply.Later(new CompletableFuture<>()))),
            plugin("next", 5).with(recording("next")));
    run.access();
    assertThat(run.resume(exit)).isSameAs(exit);
    run.headerFilter();
    assertThat(steps).containsExactly("slow access", "slow header", "next header");
  }

  @Test
  void turns_an_exception_into_a_500_whose_source_is_an_error() {
    PluginRun run =
        start(
            plugin("broken", 9)
                .with(
                    answering(
                        "broken",
                        ignored -> {
                          throw new IllegalStateException("no");
                        })),
            plugin("next", 5).with(recording("next")));
    assertThat(run.access())
        .isEqualTo(new Reply.Refusal(500, "An unexpected error occurred", List.of()));
    assertThat(run.failed()).isTrue();
    run.headerFilter();
    assertThat(steps).containsExactly("broken access", "broken header", "next header");
  }

  @Test
  void turns_a_failed_stage_into_a_500() {
    PluginRun run =
        start(
            plugin("slow", 9)
                .with(answering("slow", ignored -> new Reply.Later(new CompletableFuture<>()))));
    run.access();
    assertThat(run.resume(new java.io.IOException("gone")))
        .isEqualTo(new Reply.Refusal(500, "An unexpected error occurred", List.of()));
    assertThat(run.failed()).isTrue();
  }

  @Test
  void runs_blocking_plugins_and_all_behind_them_on_one_virtual_thread() throws Exception {
    List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    Function<Exchange, Reply> noting =
        ignored -> {
          threads.add(Thread.currentThread());
          return Reply.NEXT;
        };
    CompletableFuture<Reply> stage = new CompletableFuture<>();
    PluginRun run =
        start(
            plugin("inline", 9).with(answering("inline", noting)),
            plugin("blocking", 8).blocking().with(answering("blocking", noting)),
            plugin("after", 7).with(answering("after", noting)),
            plugin("later", 6).with(answering("later", ignored -> new Reply.Later(stage))),
            plugin("again", 5).blocking().with(answering("again", noting)));
    Reply.Later later = (Reply.Later) run.access();
    stage.complete(Reply.NEXT);
    Reply end = later.reply().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(run.resume(end)).isSameAs(Reply.NEXT);
    assertThat(threads).hasSize(4);
    assertThat(threads.get(0)).isSameAs(Thread.currentThread());
    assertThat(threads.subList(1, 4)).containsOnly(threads.get(1));
    assertThat(threads.get(1).isVirtual()).isTrue();
  }

  @Test
  void ends_on_the_virtual_thread_when_a_plugin_there_exits_or_throws() throws Exception {
    PluginRun run =
        start(
            plugin("blocking", 8)
                .blocking()
                .with(
                    answering(
                        "blocking",
                        ignored -> {
                          throw new IllegalStateException("no");
                        })),
            plugin("after", 7).with(recording("after")));
    Reply.Later later = (Reply.Later) run.access();
    Reply end = later.reply().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(run.resume(end)).isInstanceOf(Reply.Refusal.class);
    assertThat(run.failed()).isTrue();
    run.headerFilter();
    assertThat(steps).containsExactly("blocking access", "blocking header", "after header");
  }

  @Test
  void answers_500_when_no_virtual_thread_is_to_be_had() {
    PluginScopes scopes =
        PluginScopes.empty(
                task -> {
                  throw new RejectedExecutionException("closing");
                })
            .with(plugin("blocking", 8).blocking().with(recording("blocking")));
    PluginRun run = scopes.chain(ROUTE, null).start(exchange);
    assertThat(run.access()).isInstanceOf(Reply.Refusal.class);
    assertThat(run.failed()).isTrue();
  }

  @Test
  void calls_only_the_phases_that_a_handler_has() {
    PluginRun run =
        start(
            plugin("log only", 9).only(Phase.LOG).with(recording("log only")),
            plugin("access only", 5).only(Phase.ACCESS).with(recording("access only")));
    run.access();
    run.headerFilter();
    assertThat(run.bodyFilters()).isEmpty();
    run.log(LOG);
    assertThat(steps).containsExactly("access only access", "log only log");
  }

  @Test
  void goes_on_with_the_other_header_filters_and_logs_when_one_throws() {
    PluginHandler broken =
        new PluginHandler() {
          @Override
          public void headerFilter(Exchange current) {
            throw new IllegalStateException("header");
          }

          @Override
          public void log(ExchangeLog log) {
            throw new IllegalStateException("log");
          }
        };
    PluginRun run = start(plugin("broken", 9).with(broken), plugin("next", 5).with(recording("n")));
    run.access();
    assertThat(run.headerFilter()).isFalse();
    run.log(LOG);
    assertThat(steps).containsExactly("n access", "n header", "n log");
  }

  @Test
  void collects_body_filters_in_order() {
    BodyFilter first = (chunk, last, out) -> {};
    BodyFilter second = (chunk, last, out) -> {};
    PluginRun run =
        start(
            plugin("b", 5).with(filtering(second)),
            plugin("none", 7).with(filtering(null)),
            plugin("a", 9).with(filtering(first)));
    run.access();
    assertThat(run.bodyFilters()).containsExactly(first, second);
  }

  @Test
  void runs_rewrite_of_global_configurations_only() {
    PluginScopes scopes =
        scopes(
            plugin("a", 9).with(recording("global")),
            plugin("a", 9).route(ROUTE).with(recording("route")),
            plugin("b", 5).consumer(ALICE).with(recording("alice")));
    exchange.authenticate(TestExchange.consumer(ALICE), null);
    assertThat(scopes.global().hasRewrite()).isTrue();
    PluginRun run = scopes.global().start(exchange);
    assertThat(run.rewrite()).isSameAs(Reply.NEXT);
    run.headerFilter();
    run.close();
    assertThat(steps).containsExactly("global rewrite", "global header");
  }

  @Test
  void has_one_run_for_all_exchanges_when_the_chain_is_empty() {
    PluginChain chain = scopes().chain(ROUTE, null);
    assertThat(chain.isEmpty()).isTrue();
    PluginRun run = chain.start(exchange);
    assertThat(run).isSameAs(chain.start(exchange));
    assertThat(run.access()).isSameAs(Reply.NEXT);
    assertThat(run.headerFilter()).isTrue();
    assertThat(run.bodyFilters()).isEmpty();
    assertThat(run.hasLog()).isFalse();
    run.log(LOG);
    run.close();
  }

  @Test
  void says_how_much_of_a_request_body_is_wanted() {
    PluginChain chain =
        scopes(
                plugin("a", 9).requestBody(10).with(recording("a")),
                plugin("b", 8).requestBody(20).consumer(ALICE).with(recording("b")))
            .chain(ROUTE, null);
    assertThat(chain.needsRequestBody()).isTrue();
    assertThat(chain.requestBodyLimit()).isEqualTo(20);
    assertThat(chain.needsResponseBody()).isFalse();
  }

  @Test
  void a_handler_may_decline_the_request_body_that_its_plugin_may_want() {
    PluginHandler declining =
        new PluginHandler() {
          @Override
          public boolean wantsRequestBody() {
            return false;
          }
        };
    assertThat(
            scopes(plugin("a", 9).requestBody(10).with(declining))
                .chain(ROUTE, null)
                .needsRequestBody())
        .isFalse();
    assertThat(
            scopes(plugin("a", 9).requestBody(10).consumer(ALICE).with(declining))
                .chain(ROUTE, null)
                .needsRequestBody())
        .isFalse();
    assertThat(
            scopes(
                    plugin("a", 9).requestBody(10).with(declining),
                    plugin("a", 9).requestBody(10).consumer(ALICE).with(recording("a")))
                .chain(ROUTE, null)
                .needsRequestBody())
        .isTrue();
  }

  @Test
  void counts_the_use_of_handlers_that_close_from_choice_to_end() {
    ConfiguredPlugin closing = plugin("closing", 1).closes().with(recording("closing"));
    CompletableFuture<Reply> stage = new CompletableFuture<>();
    PluginScopes scopes =
        scopes(
            closing, plugin("slow", 9).with(answering("slow", ignored -> new Reply.Later(stage))));
    assertThat(scopes.choosing()).isFalse();
    PluginRun run = scopes.chain(ROUTE, null).start(exchange);
    run.access();
    assertThat(scopes.choosing()).isTrue();
    assertThat(closing.inUse()).isFalse();
    run.resume(Reply.NEXT);
    assertThat(scopes.choosing()).isFalse();
    assertThat(closing.inUse()).isTrue();
    run.close();
    run.close();
    assertThat(closing.inUse()).isFalse();

    PluginRun abandoned = scopes.chain(ROUTE, null).start(exchange);
    abandoned.access();
    abandoned.close();
    assertThat(scopes.choosing()).isFalse();
    assertThat(closing.inUse()).isFalse();
  }

  private PluginRun start(ConfiguredPlugin... plugins) {
    return scopes(plugins).chain(ROUTE, null).start(exchange);
  }

  private Reply authenticateAlice(Exchange current) {
    current.authenticate(TestExchange.consumer(ALICE), null);
    return Reply.NEXT;
  }

  private PluginHandler recording(String name) {
    return answering(name, ignored -> Reply.NEXT);
  }

  private static PluginHandler filtering(@Nullable BodyFilter filter) {
    return new PluginHandler() {
      @Override
      public @Nullable BodyFilter bodyFilter(Exchange current) {
        return filter;
      }
    };
  }

  private PluginHandler answering(String name, Function<Exchange, Reply> answer) {
    return new PluginHandler() {
      @Override
      public Reply rewrite(Exchange current) {
        steps.add(name + " rewrite");
        return Reply.NEXT;
      }

      @Override
      public Reply access(Exchange current) {
        steps.add(name + " access");
        return answer.apply(current);
      }

      @Override
      public void headerFilter(Exchange current) {
        steps.add(name + " header");
      }

      @Override
      public void log(ExchangeLog log) {
        steps.add(name + " log");
      }
    };
  }
}
