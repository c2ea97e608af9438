package io.portcullis.plugins.jose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.UpstreamCaller;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When keys are fetched, and for how long they count. */
class RemoteKeysTest {
  private static final String OLD = KeySets.set(KeySets.secret("old", new byte[] {1}));
  private static final String NEW = KeySets.set(KeySets.secret("new", new byte[] {2}));

  private final AtomicLong nanos = new AtomicLong();
  private final Deque<CompletableFuture<UpstreamCaller.Answer>> answers = new ArrayDeque<>();
  private final List<UpstreamCaller.Call> calls = new ArrayList<>();
  private final RemoteKeys keys =
      new RemoteKeys(
          URI.create("https://idp.test/keys?x=1"),
          true,
          KeyIdentity.KID,
          Duration.ofSeconds(100),
          Duration.ofSeconds(10),
          call -> {
            calls.add(call);
            return answers.remove();
          },
          Runnable::run,
          nanos::get);

  @Test
  void the_first_who_asks_fetches_and_all_share_the_call() {
    CompletableFuture<UpstreamCaller.Answer> slow = new CompletableFuture<>();
    answers.add(slow);

    assertThat(keys.present("old")).isNull();
    CompletableFuture<JsonWebKey> one = keys.find("old");
    CompletableFuture<JsonWebKey> other = keys.find("old");
    CompletableFuture<JsonWebKey> stranger = keys.find("stranger");
    assertThat(one).isNotDone();
    slow.complete(answer(200, OLD));

    assertThat(one.join()).isNotNull().isSameAs(other.join());
    assertThat(stranger.join()).isNull();
    assertThat(keys.present("old")).isSameAs(one.join());
    assertThat(calls).hasSize(1);
    assertThat(calls.getFirst().uri()).hasToString("https://idp.test/keys?x=1");
    assertThat(calls.getFirst().verifyTls()).isTrue();
  }

  @Test
  void who_gives_up_does_not_end_the_call_of_others() {
    CompletableFuture<UpstreamCaller.Answer> slow = new CompletableFuture<>();
    answers.add(slow);
    CompletableFuture<JsonWebKey> one = keys.find("old");
    CompletableFuture<JsonWebKey> other = keys.find("old");

    one.cancel(true);
    slow.complete(answer(200, OLD));

    assertThat(other.join()).isNotNull();
  }

  @Test
  void an_unknown_name_fetches_anew_but_not_again_and_again() {
    fetch(OLD);
    pass(9);
    assertThat(keys.find("new").join()).isNull();
    assertThat(calls).as("within the cooldown").hasSize(1);
    pass(1);
    answers.add(done(answer(200, NEW)));

    assertThat(keys.find("new").join()).isNotNull();
    assertThat(keys.present("old")).as("no longer in the set").isNull();
    assertThat(keys.find("other").join()).isNull();
    assertThat(calls).hasSize(2);
  }

  @Test
  void keys_are_fetched_anew_before_their_time_is_over() {
    fetch(OLD);
    CompletableFuture<UpstreamCaller.Answer> slow = new CompletableFuture<>();
    answers.add(slow);
    pass(75);

    assertThat(keys.present("old")).isNotNull();
    assertThat(keys.present("old")).as("while the call is under way").isNotNull();
    slow.complete(answer(200, OLD));
    pass(74);

    assertThat(keys.present("old")).isNotNull();
    assertThat(calls).hasSize(2);
  }

  @Test
  void keys_count_no_longer_than_their_time_when_fetching_fails() {
    fetch(OLD);
    answers.add(CompletableFuture.failedFuture(new IOException("refused")));
    pass(80);
    assertThat(keys.present("old")).isNotNull();
    pass(20);

    assertThat(keys.present("old")).isNull();
    answers.add(done(answer(503, "")));
    assertThat(keys.find("old").join()).isNull();
    assertThat(keys.find("old").join()).as("not at once again").isNull();
    assertThat(calls).hasSize(3);
    pass(1);
    answers.add(done(answer(200, "no JSON")));
    assertThat(keys.find("old").join()).isNull();
    pass(1);
    answers.add(done(answer(200, OLD)));
    assertThat(keys.find("old").join()).isNotNull();
  }

  @Test
  void a_call_that_is_refused_is_a_failure() {
    RemoteKeys broken =
        new RemoteKeys(
            URI.create("https://idp.test/"),
            true,
            KeyIdentity.KID,
            Duration.ofSeconds(1),
            Duration.ZERO,
            call -> {
              throw new IllegalArgumentException("no such scheme");
            },
            Runnable::run,
            nanos::get);

    assertThat(broken.find("a").join()).isNull();
  }

  private void fetch(String set) {
    answers.add(done(answer(200, set)));
    assertThat(keys.find("old").join()).isNotNull();
  }

  private void pass(int seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  private static CompletableFuture<UpstreamCaller.Answer> done(UpstreamCaller.Answer answer) {
    return CompletableFuture.completedFuture(answer);
  }

  private static UpstreamCaller.Answer answer(int status, String body) {
    return new UpstreamCaller.Answer(status, new Headers(), body.getBytes(UTF_8));
  }
}
