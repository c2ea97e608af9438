package io.portcullis.proxy.wire;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.WebSocketTerms;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One request of a client and the way of its answer, whatever the protocol. Belongs to its I/O
 * thread; usable until {@link #release}, {@link #abort} or {@link Listener#clientGone}.
 */
public interface ClientStream {
  IoLoop loop();

  /** Whose request it is. */
  ClientConnection connection();

  String method();

  /** Request target as sent: origin form, absolute form or {@code *}. */
  String target();

  /** Host or {@code :authority} as sent; null when there is none. */
  @Nullable String authority();

  /** Header lines as sent. */
  Headers headers();

  /** The lines once more, whatever became of {@link #headers}. */
  Headers receivedHeaders();

  /** {@code 1.0}, {@code 1.1} or {@code 2}. */
  String version();

  /** Whether Connection names lines that end here. */
  boolean nominates();

  /** Octets, {@link BodyLength#UNKNOWN} or {@link BodyLength#NONE}. */
  long bodyLength();

  /**
   * Whether the client wants to go on with a WebSocket (RFC 6455, 4.2.1) on a connection that can
   * become one. It does once {@link #head} has sent status 101: from then on, what it sends comes
   * as the body, and what is sent goes out as it is.
   */
  default boolean asksForTunnel() {
    return false;
  }

  /** What the WebSocket has to keep to that begins with the next status 101. */
  default void agree(WebSocketTerms terms) {}

  /** Octets of the request, head and body, received so far. */
  long received();

  /** Octets of the answer, head and body, handed to the socket so far. */
  long sent();

  /** Who hears of the stream from now on. */
  void listen(Listener listener);

  /**
   * Starts (or goes on with) handing the body to the listener; invites it if the client waits.
   *
   * @return whether {@link Listener#requestPaused} follows by itself
   */
  boolean readBody();

  /** Stops handing over the body until {@link #readBody}. */
  void pauseBody();

  /**
   * The rest of the body comes when it comes: neither a timeout nor a least rate bounds it any
   * more. Whoever asks for it watches the exchange by other means.
   */
  default void awaitPatiently() {}

  /** Whether the whole body was handed over. */
  boolean isBodyRead();

  /** Sends an informational answer at once, if the protocol has them. */
  void interim(int status, Headers headers);

  /**
   * The head of the answer. Lines that frame or steer the connection are left out; Date and framing
   * are added.
   *
   * @param length of the body; for an answer without one (HEAD, 204, 304) what to tell about it;
   *     {@link BodyLength#NONE} when there is none, whatever the status
   */
  void head(int status, Headers headers, long length);

  /** Body octets; taken completely. Nothing is sent before {@link #flush}, or before a lot is. */
  void send(ByteBuffer data);

  /** The answer is complete, and sent as far as the client takes it. */
  void end(@Nullable Headers trailers);

  /** After {@link #end}: nobody needs the stream any more; the next request may come. */
  void release();

  /** Sends what waits. */
  void flush();

  /**
   * Whether the client reads too slowly for more; {@link Listener#answerWritable} tells the end.
   */
  boolean isCongested();

  /** Breaks the stream off, so that the client knows it has not everything. */
  void abort();

  /** Hears of a stream; called on its I/O thread. */
  interface Listener {
    /** Octets of the body, to be taken completely during the call. */
    void requestBody(ByteBuffer data);

    /** The body is complete. */
    void requestEnd(@Nullable Headers trailers);

    /** No more input at the moment: time to flush what came of it. */
    void requestPaused();

    /** The body cannot be had: it is malformed (400) or does not come (408). */
    void requestFailed(int status);

    /** No longer congested. */
    void answerWritable();

    /** The client went away. */
    void clientGone();
  }

  /** Where requests go. */
  interface Handler {
    /** Takes a request; its answer may come during the call or later. */
    void handle(ClientStream stream);

    /** Answers a request whose head was refused; method, target and lines may be incomplete. */
    void refuse(ClientStream stream, int status, String complaint);
  }
}
