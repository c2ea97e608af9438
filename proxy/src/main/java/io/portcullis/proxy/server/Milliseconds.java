package io.portcullis.proxy.server;

/** Durations as header lines tell them. */
final class Milliseconds {
  private static final String[] SMALL = small();

  private Milliseconds() {}

  static long since(long startNanos, long endNanos) {
    return Math.max((endNanos - startNanos) / 1_000_000, 0);
  }

  static String text(long milliseconds) {
    return milliseconds >= 0 && milliseconds < SMALL.length
        ? SMALL[(int) milliseconds]
        : Long.toString(milliseconds);
  }

  private static String[] small() {
    String[] texts = new String[1000];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = Integer.toString(i);
    }
    return texts;
  }
}
