package io.portcullis.benchmarks.gate;

/** What a check found, as it is printed. */
sealed interface Outcome {
  String check();

  /** What was measured or why nothing was. */
  String detail();

  /** Within its bound. */
  record Passed(String check, String detail) implements Outcome {}

  /** Beyond its bound. */
  record Failed(String check, String detail) implements Outcome {}

  /** The machine lacks something that the check needs. */
  record Skipped(String check, String detail) implements Outcome {}

  /**
   * Compares a figure, the less the better.
   *
   * @param most that passes
   */
  static Outcome atMost(String check, double figure, double most, String detail) {
    return figure <= most ? new Passed(check, detail) : new Failed(check, detail);
  }
}
