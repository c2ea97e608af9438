package io.portcullis.proxy.server;

import java.util.concurrent.TimeUnit;

/**
 * How long each step of one exchange took, as {@code Server-Timing} tells it. Made only for a
 * request that asks for it where that is allowed, so that others do not even look at the clock.
 */
final class StepTimes {
  private static final System.Logger LOG = System.getLogger(StepTimes.class.getName());
  private static final int MICROS_PER_MILLI = 1000;

  private final StringBuilder text = new StringBuilder(160);
  private final long begin = System.nanoTime();
  private long last = begin;

  /** What happened since the last step was this one. */
  void done(String step) {
    long now = System.nanoTime();
    add(step, now - last);
    last = now;
  }

  /** The steps so far, in milliseconds. */
  String header() {
    return text.toString();
  }

  /** The rest was the body of the answer, which no header can tell. */
  void finish(String requestId) {
    done("body");
    add("total", last - begin);
    LOG.log(System.Logger.Level.DEBUG, () -> "times of request " + requestId + ": " + text);
  }

  private void add(String step, long nanos) {
    if (!text.isEmpty()) {
      text.append(", ");
    }
    long micros = TimeUnit.NANOSECONDS.toMicros(nanos);
    long rest = micros % MICROS_PER_MILLI;
    text.append(step).append(";dur=").append(micros / MICROS_PER_MILLI).append('.');
    text.append(rest / 100).append(rest / 10 % 10).append(rest % 10);
  }
}
