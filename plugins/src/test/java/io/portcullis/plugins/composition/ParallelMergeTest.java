package io.portcullis.plugins.composition;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.Headers;
import io.portcullis.plugins.composition.shape.RandomData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class ParallelMergeTest {
  private static final ClientRequest REQUEST =
      new ClientRequest(
          "GET",
          "/",
          Map.of(),
          new Headers(),
          List.of(),
          new byte[0],
          null,
          null,
          null,
          new AnswerMemory(0).share());

  /** Whatever the order of arrival and whoever fails, it is one map put after the other. */
  @Property
  void parts_are_put_over_each_other_as_they_arrive(
      @ForAll("parts") @Size(min = 1, max = 5) List<Map<String, Object>> parts, @ForAll long seed) {
    Random random = new Random(seed);
    List<CompletableFuture<Outcome>> open = new ArrayList<>();
    List<Stage> stages = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      CompletableFuture<Outcome> call = new CompletableFuture<>();
      open.add(call);
      stages.add((_, _, _) -> call);
    }
    CompletableFuture<Outcome> merged =
        new ParallelMerge(stages)
            .call(REQUEST, List.of(), Deadline.in(Duration.ofSeconds(2), System::nanoTime));

    Map<String, Object> expected = new LinkedHashMap<>();
    boolean complete = true;
    boolean some = false;
    boolean failures = false;
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      order.add(random.nextInt(order.size() + 1), i);
    }
    for (int i : order) {
      assertThat(merged).isNotDone();
      if (random.nextInt(4) == 0) {
        complete = false;
        failures = true;
        open.get(i).complete(Outcome.Failed.because("f" + i));
      } else {
        some = true;
        boolean whole = random.nextBoolean();
        complete &= whole;
        expected.putAll(parts.get(i));
        open.get(i).complete(new Outcome.Part(new LinkedHashMap<>(parts.get(i)), whole));
      }
    }

    if (some) {
      assertThat(merged).isCompletedWithValue(new Outcome.Part(expected, complete, failures));
    } else {
      String messages = String.join("\n", order.stream().map(i -> "f" + i).toList());
      assertThat(merged).isCompletedWithValue(Outcome.Failed.because(messages));
    }
  }

  @Property(tries = 20)
  void giving_up_the_answer_gives_up_its_calls(
      @ForAll("parts") @Size(2) List<Map<String, Object>> parts) {
    CompletableFuture<Outcome> one = new CompletableFuture<>();
    CompletableFuture<Outcome> two = new CompletableFuture<>();
    Stage merge = new ParallelMerge(List.of((_, _, _) -> one, (_, _, _) -> two));
    CompletableFuture<Outcome> merged =
        merge.call(REQUEST, List.of(), Deadline.in(Duration.ofSeconds(2), System::nanoTime));
    one.complete(new Outcome.Part(parts.getFirst(), true));
    merged.cancel(false);

    assertThat(two).isCancelled();
  }

  @Provide
  Arbitrary<List<Map<String, Object>>> parts() {
    return RandomData.objects().list();
  }
}
