package io.portcullis.plugins.composition.encoding;

import io.portcullis.core.plugin.UpstreamCaller.Allowance;

/**
 * Counts the values of one answer and what they weigh: tiny ones take far more memory than their
 * text, so the length of an answer alone does not bound what it becomes. One thread.
 */
final class ValueCount {
  static final int MOST = 1_000_000;

  /** Heap that a value takes with its member, in octets, without its text. */
  private static final int WEIGHT = 112;

  /** So much is asked for at a time; answers of ordinary size never ask. */
  private static final int STEP = 64 * 1024;

  private final Allowance allowance;
  private int count;
  private long weight;

  ValueCount(Allowance allowance) {
    this.allowance = allowance;
  }

  void one() throws UnreadableAnswerException {
    count++;
    if (count > MOST) {
      throw new UnreadableAnswerException("an answer of more than " + MOST + " values");
    }
    weigh(WEIGHT);
  }

  /** Counts the text of a value, once as it is and once as it will be written; answers it. */
  String text(String text) throws UnreadableAnswerException {
    weigh(2 * text.length());
    return text;
  }

  private void weigh(int more) throws UnreadableAnswerException {
    weight += more;
    if (weight >= STEP) {
      if (!allowance.take(weight)) {
        throw new UnreadableAnswerException("no memory for an answer of this size");
      }
      weight = 0;
    }
  }
}
