package io.portcullis.plugins.composition.encoding;

/**
 * Counts the values of one answer: tiny ones take far more memory than their text, so the length of
 * an answer alone does not bound what it becomes. One thread.
 */
final class ValueCount {
  static final int MOST = 1_000_000;

  private int count;

  void one() throws UnreadableAnswerException {
    count++;
    if (count > MOST) {
      throw new UnreadableAnswerException("an answer of more than " + MOST + " values");
    }
  }
}
