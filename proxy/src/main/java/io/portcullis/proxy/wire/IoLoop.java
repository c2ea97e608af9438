package io.portcullis.proxy.wire;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;

/**
 * What the connections of one I/O thread share: buffers, timers, clock and random numbers. Nothing
 * here is locked; only {@link #execute} and {@link #start} may be called from other threads.
 */
public final class IoLoop implements Executor {
  /** Octets read from a socket at once. */
  public static final int READ_SIZE = 64 * 1024;

  private static final int STAGE_SIZE = 128 * 1024;

  /** Octets of a borrowed buffer. */
  public static final int SPARE_SIZE = 64 * 1024;

  private static final int MAX_SPARES = 64;
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);
  private static final byte[] HEX = Octets.latin1("0123456789abcdef");

  private final XnioIoThread thread;
  private final int index;
  private final TimerWheel timers;
  private final ByteBuffer input = ByteBuffer.allocateDirect(READ_SIZE);
  private final HeadWriter head = new HeadWriter();
  private final ByteBuffer[] spares = new ByteBuffer[MAX_SPARES];
  private int spareCount;
  private final byte[] identifier = new byte[32];
  private byte[] date = {};
  private long dateSecond = -1;
  private long nanos;
  private long random;
  private XnioExecutor.@Nullable Key ticker;

  /** Bytes on their way to one socket, see {@link Transport#stage}. */
  final ByteBuffer output = ByteBuffer.allocateDirect(STAGE_SIZE);

  /** For a look at sockets that should have nothing to read. */
  final ByteBuffer probe = ByteBuffer.allocateDirect(1);

  final ByteBuffer[] two = new ByteBuffer[2];
  @Nullable Transport staged;

  /**
   * @param index from 0; tells the loops of one worker apart
   * @param seed of the random numbers
   */
  public IoLoop(XnioIoThread thread, int index, long seed) {
    this.thread = thread;
    this.index = index;
    this.random = seed;
    this.nanos = System.nanoTime();
    this.timers = new TimerWheel(nanos);
  }

  /** Starts the ticks. */
  public void start() {
    thread.execute(
        () ->
            ticker =
                thread.executeAtInterval(
                    this::tick, TimerWheel.TICK_MILLIS, TimeUnit.MILLISECONDS));
  }

  /** Stops the ticks; on the I/O thread. */
  public void stop() {
    XnioExecutor.Key key = ticker;
    if (key != null) {
      key.remove();
      ticker = null;
    }
  }

  public XnioIoThread thread() {
    return thread;
  }

  public int index() {
    return index;
  }

  @Override
  public void execute(Runnable task) {
    thread.execute(task);
  }

  public boolean isCurrent() {
    return Thread.currentThread().equals(thread);
  }

  /** {@link System#nanoTime} as of the event that is being handled. */
  public long nanos() {
    return nanos;
  }

  /** Reads the clock; called at the start of every event. */
  public long touch() {
    nanos = System.nanoTime();
    return nanos;
  }

  public void set(Deadline deadline, long millis) {
    timers.set(deadline, nanos, millis);
  }

  public void clear(Deadline deadline) {
    timers.clear(deadline);
  }

  public void forget(Deadline deadline) {
    timers.forget(deadline);
  }

  /**
   * The buffer that sockets are read into. Whoever wants to keep bytes beyond the event copies
   * them.
   */
  public ByteBuffer input() {
    return input;
  }

  /** An emptied writer for the head of one message, to be staged before the next use. */
  public HeadWriter head() {
    head.reset();
    return head;
  }

  /** The value of a Date field, as octets; renewed once a second. */
  public byte[] date() {
    long second = System.currentTimeMillis() / 1000;
    if (second != dateSecond) {
      dateSecond = second;
      date = Octets.latin1(DATE.format(Instant.ofEpochSecond(second).atOffset(ZoneOffset.UTC)));
    }
    return date;
  }

  /** 64 random bits; not for secrets. */
  public long random() {
    // SplitMix64
    random += 0x9e3779b97f4a7c15L;
    long z = random;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  /** 32 random lower-case hexadecimal digits. */
  public String identifier() {
    long bits = random();
    for (int i = 0; i < 32; i++) {
      if (i == 16) {
        bits = random();
      }
      identifier[i] = HEX[(int) bits & 15];
      bits >>>= 4;
    }
    return Octets.string(identifier, 0, 32);
  }

  /** A direct buffer of {@link #SPARE_SIZE} for bytes on their way to a socket; cleared. */
  public ByteBuffer borrow() {
    if (spareCount > 0) {
      return spares[--spareCount].clear();
    }
    return ByteBuffer.allocateDirect(SPARE_SIZE);
  }

  /** Takes back what {@link #borrow} gave. */
  public void giveBack(ByteBuffer buffer) {
    if (spareCount < MAX_SPARES) {
      spares[spareCount++] = buffer;
    }
  }

  private void tick() {
    touch();
    timers.advance(nanos);
  }
}
