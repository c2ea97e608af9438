package io.portcullis.benchmarks.gate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Runs every check and ends with status 1 when one failed. */
public final class Gate {
  private Gate() {}

  /**
   * Runs the checks.
   *
   * @param arguments the checkout, with its distribution built
   */
  public static void main(String[] arguments) throws Exception {
    Path checkout = Path.of(arguments[0]).toAbsolutePath();
    Figures figures = new Figures();
    List<Check> checks =
        List.of(
            new AllocationCheck(figures),
            new NginxCheck(checkout, figures),
            new Http2Check(checkout));
    boolean failed = false;
    for (Check check : checks) {
      for (Outcome outcome : check.run()) {
        failed |= outcome instanceof Outcome.Failed;
        System.out.printf(
            "%-7s %-28s %s%n",
            outcome.getClass().getSimpleName().toLowerCase(Locale.ROOT),
            outcome.check(),
            outcome.detail());
      }
    }
    System.exit(failed ? 1 : 0);
  }

  /** Something that is measured. */
  interface Check {
    /**
     * Measures; starts and ends whatever it needs.
     *
     * @throws IOException if something that is there does not work
     */
    List<Outcome> run() throws IOException, InterruptedException;
  }
}
