package io.portcullis.proxy.wire;

import io.portcullis.core.plugin.Headers;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One request to a target and its answer, whatever the protocol. Belongs to its I/O thread; usable
 * until {@link Listener#answerEnd}, {@link Listener#failed} or {@link #cancel}.
 */
public interface UpstreamStream {
  /**
   * The head of the request.
   *
   * @param path path and query
   * @param host what Host or {@code :authority} say
   * @param bodyLength octets, {@link BodyLength#UNKNOWN}, {@link BodyLength#NONE} or {@link
   *     BodyLength#TUNNEL}: then nothing is to be sent before an answer with status 101, and {@link
   *     #end} after it ends one direction only
   * @param lines called once, during the call, for all other lines
   */
  void head(String method, String path, FixedLine host, long bodyLength, Lines lines);

  /** Body octets; taken completely. Nothing is sent before {@link #flush}, or before a lot is. */
  void send(ByteBuffer data);

  /** The request is complete. */
  void end(@Nullable Headers trailers);

  /** Sends what waits. */
  void flush();

  /**
   * Whether the target reads too slowly for more; {@link Listener#requestWritable} tells the end.
   */
  boolean isCongested();

  /** Stops reading the answer until {@link #resume}. */
  void pause();

  void resume();

  /** Gives up: the connection (or the stream of it) closes at once, nobody is told. */
  void cancel();

  /** Writes header lines. */
  interface Lines {
    void writeTo(LineSink sink);
  }

  /** Hears of a stream; called on its I/O thread. */
  interface Listener {
    /** A connection is there; time for {@link UpstreamStream#head}. */
    void connected(UpstreamStream stream);

    /** An informational answer other than 100 and 101; 101 is the head of a tunnel. */
    void interim(int status, Headers headers);

    /**
     * The head of the answer.
     *
     * @param length of the body, as in {@link BodyLength}; for an answer without one what is said
     *     about it
     * @param nominates whether Connection names lines that end here
     */
    void answerHead(int status, Headers headers, long length, boolean nominates);

    /** Octets of the body, to be taken completely during the call. */
    void answerBody(ByteBuffer data);

    /** No more input at the moment: time to flush what came of it. */
    void answerPaused();

    /** The answer is complete; the stream is of no more use. */
    void answerEnd(@Nullable Headers trailers);

    /** No longer congested. */
    void requestWritable();

    /** There will be no (more) answer; the stream is of no more use. */
    void failed(UpstreamFailure failure);
  }
}
