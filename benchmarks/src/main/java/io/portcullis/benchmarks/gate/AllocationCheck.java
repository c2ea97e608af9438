package io.portcullis.benchmarks.gate;

import io.portcullis.benchmarks.ChainBenchmark;
import io.portcullis.benchmarks.CodecBenchmark;
import io.portcullis.benchmarks.RouterBenchmark;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * A short run of the benchmarks. Their times depend on the machine and are only printed; what they
 * allocate does not, and is held to what is stored.
 */
final class AllocationCheck implements Gate.Check {
  /** Octets by which a figure may be over when the stored one is close to nothing. */
  private static final double SLACK = 8;

  private final Figures figures;

  AllocationCheck(Figures figures) {
    this.figures = figures;
  }

  @Override
  public List<Outcome> run() throws IOException {
    Options options =
        new OptionsBuilder()
            .include(RouterBenchmark.class.getName() + "\\.one_route_of_many")
            .include(CodecBenchmark.class.getName())
            .include(ChainBenchmark.class.getName())
            .param("routes", "10000")
            .param("plugins", "3")
            .warmupIterations(3)
            .warmupTime(TimeValue.milliseconds(300))
            .measurementIterations(2)
            .measurementTime(TimeValue.milliseconds(300))
            .addProfiler(GCProfiler.class)
            // JMH's own use of Unsafe, about which each fork would warn.
            .jvmArgsAppend("--sun-misc-unsafe-memory-access=allow")
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true)
            .build();
    List<Outcome> outcomes = new ArrayList<>();
    try {
      for (RunResult result : new Runner(options).run()) {
        outcomes.add(outcome(result));
      }
    } catch (RunnerException problem) {
      throw new IOException("the benchmarks do not run", problem);
    }
    return outcomes;
  }

  private Outcome outcome(RunResult result) {
    String benchmark = result.getParams().getBenchmark();
    String name = benchmark.substring(benchmark.lastIndexOf('.') + 1);
    Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
    double allocated = bytes == null ? 0 : bytes.getScore();
    String figure = "bytes." + name;
    return Outcome.atMost(
        figure,
        allocated,
        figures.limit(figure) + SLACK,
        String.format(
            Locale.ROOT,
            "%.0f B (stored %.0f), %.0f ns",
            allocated,
            figures.stored(figure),
            result.getPrimaryResult().getScore()));
  }
}
