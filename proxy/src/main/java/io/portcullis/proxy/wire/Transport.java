package io.portcullis.proxy.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.conduits.ReadReadyHandler;
import org.xnio.conduits.StreamSinkConduit;
import org.xnio.conduits.StreamSourceConduit;
import org.xnio.conduits.WriteReadyHandler;

/**
 * A socket of one I/O thread. Reads stay armed unless somebody pauses them; bytes to write are
 * gathered in the thread's one staging buffer, so that what is produced during one event leaves in
 * one call, and only what the socket refuses is kept here.
 */
public final class Transport implements ReadReadyHandler, WriteReadyHandler {
  /** Up to here a body is copied behind the head instead of being written by itself. */
  private static final Logger LOG = LoggerFactory.getLogger(Transport.class);

  private static final int COPY_LIMIT = 16 * 1024;

  private final IoLoop loop;
  private final StreamConnection connection;
  private final StreamSourceConduit source;
  private final StreamSinkConduit sink;
  private final boolean secure;
  private Owner owner;
  private final ArrayDeque<ByteBuffer> backlog = new ArrayDeque<>(0);
  private boolean reading;
  private boolean unflushed;
  private boolean closeWhenWritten;
  private boolean endWhenWritten;
  private boolean broken;
  private boolean closed;
  private boolean ended;
  private long queued;
  private long written;

  /** Whose socket it is; called on the I/O thread, at the start of an event. */
  public interface Owner {
    /** There may be something to {@link Transport#read}. */
    void readable();

    /** What was kept back is written; more may follow. */
    void drained();

    /** A write failed; the socket is of no more use. */
    void failed(IOException problem);

    /** The I/O thread is ending. */
    void terminated();
  }

  /**
   * @param secure whether the connection is a TLS one
   */
  public Transport(IoLoop loop, StreamConnection connection, boolean secure, Owner owner) {
    this.loop = loop;
    this.connection = connection;
    this.source = connection.getSourceChannel().getConduit();
    this.sink = connection.getSinkChannel().getConduit();
    this.secure = secure;
    this.owner = owner;
    source.setReadReadyHandler(this);
    sink.setWriteReadyHandler(this);
  }

  public IoLoop loop() {
    return loop;
  }

  /** Our own address on the connection, as text; empty when it is gone. */
  public String localText() {
    InetSocketAddress local = connection.getLocalAddress(InetSocketAddress.class);
    return local == null ? "" : local.getAddress().getHostAddress();
  }

  /** Hands the socket to another owner. */
  public void owner(Owner heir) {
    owner = heir;
  }

  public StreamConnection connection() {
    return connection;
  }

  public boolean isSecure() {
    return secure;
  }

  public boolean isOpen() {
    return !closed;
  }

  /** Whether a write failed; reads may still bring something. */
  public boolean isBroken() {
    return broken;
  }

  public void resumeReads() {
    if (!reading && !closed) {
      reading = true;
      source.resumeReads();
    }
  }

  public void pauseReads() {
    if (reading && !closed) {
      reading = false;
      source.suspendReads();
    }
  }

  public boolean isReading() {
    return reading;
  }

  /**
   * Reads what is there into the thread's input buffer, ready to be taken from it.
   *
   * @return octets read; 0 when there was nothing, -1 at the end of the stream
   */
  public int read() throws IOException {
    return read(loop.input());
  }

  /** The same into another buffer, while the thread's is in use. */
  public int read(ByteBuffer input) throws IOException {
    input.clear();
    if (closed || ended) {
      input.flip();
      return ended ? -1 : 0;
    }
    int count = source.read(input);
    if (secure && count > 0) {
      // The decrypting layer hands over one record at a time and may hold more than it announces.
      int more = count;
      while (more > 0 && input.hasRemaining()) {
        more = source.read(input);
        count += Math.max(more, 0);
      }
      ended = more < 0;
    }
    input.flip();
    return count;
  }

  /**
   * Looks whether an idle peer is still there and has nothing to say; leaves the input buffer,
   * which may be in use, alone.
   */
  public boolean isSilent() {
    if (closed || broken || ended) {
      return false;
    }
    try {
      return source.read(loop.probe.clear()) == 0;
    } catch (IOException problem) {
      return false;
    }
  }

  /** Octets that were ever put in line. */
  public long queued() {
    return queued;
  }

  /** Octets that the socket ever took: what shows progress. */
  public long written() {
    return written;
  }

  /** Puts the head that was just composed in line. */
  public void stage(HeadWriter head) {
    stage(head.bytes(), 0, head.length());
  }

  /** Puts bytes in line; they leave at {@link #flush} at the latest. */
  public void stage(byte[] bytes, int from, int length) {
    if (closed || broken) {
      return;
    }
    queued += length;
    ByteBuffer output = claim();
    int at = from;
    int end = from + length;
    while (end - at > output.remaining()) {
      int part = output.remaining();
      output.put(bytes, at, part);
      at += part;
      flush();
      output = claim();
    }
    output.put(bytes, at, end - at);
  }

  /** Puts a body's bytes in line; they are taken completely. */
  public void send(ByteBuffer data) {
    if (closed || broken) {
      data.position(data.limit());
      return;
    }
    queued += data.remaining();
    ByteBuffer output = claim();
    if (data.remaining() <= COPY_LIMIT) {
      if (data.remaining() > output.remaining()) {
        flush();
        output = claim();
      }
      output.put(data);
      return;
    }
    if (!backlog.isEmpty() || unflushed) {
      flush();
      keep(data);
      return;
    }
    output.flip();
    loop.staged = null;
    try {
      if (output.hasRemaining()) {
        ByteBuffer[] two = loop.two;
        two[0] = output;
        two[1] = data;
        written += sink.write(two, 0, 2);
        if (output.hasRemaining()) {
          keep(output);
        }
      }
      while (data.hasRemaining() && backlog.isEmpty()) {
        int count = sink.write(data);
        if (count == 0) {
          break;
        }
        written += count;
      }
      if (data.hasRemaining()) {
        keep(data);
      }
    } catch (IOException problem) {
      data.position(data.limit());
      fail(problem);
    } finally {
      output.clear();
    }
    finishWriting();
  }

  /** Writes what is staged for this socket. */
  public void flush() {
    if (loop.staged != this) {
      return;
    }
    loop.staged = null;
    ByteBuffer output = loop.output;
    output.flip();
    try {
      if (closed || broken) {
        return;
      }
      if (backlog.isEmpty() && !unflushed) {
        do {
          int count = sink.write(output);
          if (count == 0) {
            break;
          }
          written += count;
        } while (output.hasRemaining());
      }
      if (output.hasRemaining()) {
        keep(output);
      }
    } catch (IOException problem) {
      fail(problem);
    } finally {
      output.clear();
    }
    finishWriting();
  }

  /** Whether bytes wait for the peer to read; whoever produces them should stop meanwhile. */
  public boolean isCongested() {
    return !backlog.isEmpty() || unflushed;
  }

  /**
   * Closes once everything is written; the owner then hears {@code failed}, also when that is now.
   */
  public void closeWhenWritten() {
    flush();
    if (closed) {
      return;
    }
    if (isCongested() && !broken) {
      closeWhenWritten = true;
      pauseReads();
    } else {
      close();
      owner.failed(new IOException("closed"));
    }
  }

  /** Ends our direction of the stream once everything is written. */
  public void endOutput() {
    flush();
    if (closed || broken) {
      return;
    }
    if (isCongested()) {
      endWhenWritten = true;
    } else {
      shutdownOutput();
    }
  }

  /** Ends our direction of the stream; what waits is lost. */
  public void shutdownOutput() {
    flush();
    try {
      sink.terminateWrites();
      sink.flush();
    } catch (IOException problem) {
      close();
    }
  }

  /** Closes at once; the peer gets a reset if it sent what nobody read. */
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (loop.staged == this) {
      loop.staged = null;
      loop.output.clear();
    }
    for (ByteBuffer kept = backlog.poll(); kept != null; kept = backlog.poll()) {
      loop.giveBack(kept);
    }
    IoUtils.safeClose(connection);
  }

  /** Closes so that the peer cannot take what it has for the whole. */
  public void reset() {
    if (!closed) {
      try {
        connection.setOption(Options.CLOSE_ABORT, true);
      } catch (IOException | IllegalArgumentException problem) {
        // The socket is already gone, which is as good.
      }
    }
    close();
  }

  @Override
  public void readReady() {
    if (closed) {
      return;
    }
    loop.touch();
    try {
      owner.readable();
      if (ended && !closed) {
        owner.readable();
      }
    } catch (RuntimeException | StackOverflowError problem) {
      // Whatever went wrong belongs to this connection alone.
      LOG.error("connection given up", problem);
      close();
      owner.failed(new IOException(problem));
    }
  }

  @Override
  public void writeReady() {
    if (closed) {
      return;
    }
    loop.touch();
    try {
      for (ByteBuffer kept = backlog.peek(); kept != null; kept = backlog.peek()) {
        while (kept.hasRemaining()) {
          int count = sink.write(kept);
          if (count == 0) {
            return;
          }
          written += count;
        }
        backlog.poll();
        loop.giveBack(kept);
      }
      if (secure) {
        unflushed = !sink.flush();
        if (unflushed) {
          return;
        }
      }
      sink.suspendWrites();
    } catch (IOException problem) {
      fail(problem);
      return;
    }
    if (closeWhenWritten) {
      close();
      owner.failed(new IOException("closed"));
      return;
    }
    if (endWhenWritten) {
      endWhenWritten = false;
      shutdownOutput();
    }
    try {
      owner.drained();
    } catch (RuntimeException | StackOverflowError problem) {
      LOG.error("connection given up", problem);
      close();
      owner.failed(new IOException(problem));
    }
  }

  @Override
  public void forceTermination() {
    if (!closed) {
      close();
      owner.terminated();
    }
  }

  @Override
  public void terminated() {
    // Told by our own close as well; forceTermination covers the rest.
  }

  private ByteBuffer claim() {
    Transport holder = loop.staged;
    if (holder != this) {
      if (holder != null) {
        holder.flush();
      }
      loop.output.clear();
      loop.staged = this;
    }
    return loop.output;
  }

  private void keep(ByteBuffer data) {
    boolean first = backlog.isEmpty() && !unflushed;
    ByteBuffer last = backlog.peekLast();
    if (last != null) {
      // Room at the end of the last buffer, behind what is still to be written from it.
      int limit = last.limit();
      int fit = Math.min(last.capacity() - limit, data.remaining());
      if (fit > 0) {
        last.limit(limit + fit);
        last.put(limit, data, data.position(), fit);
        data.position(data.position() + fit);
      }
    }
    while (data.hasRemaining()) {
      ByteBuffer kept = loop.borrow();
      int fit = Math.min(kept.capacity(), data.remaining());
      kept.put(0, data, data.position(), fit);
      kept.position(0).limit(fit);
      data.position(data.position() + fit);
      backlog.add(kept);
    }
    if (first) {
      sink.resumeWrites();
    }
  }

  private void finishWriting() {
    if (secure && !closed && !broken && backlog.isEmpty()) {
      try {
        if (!sink.flush()) {
          unflushed = true;
          sink.resumeWrites();
        }
      } catch (IOException problem) {
        fail(problem);
      }
    }
  }

  /** The owner may be in the middle of something: it learns of it from an event of its own. */
  private void fail(IOException problem) {
    if (broken || closed) {
      return;
    }
    broken = true;
    for (ByteBuffer kept = backlog.poll(); kept != null; kept = backlog.poll()) {
      loop.giveBack(kept);
    }
    loop.execute(
        () -> {
          if (!closed) {
            loop.touch();
            owner.failed(problem);
          }
        });
  }
}
