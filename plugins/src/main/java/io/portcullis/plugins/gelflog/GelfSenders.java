package io.portcullis.plugins.gelflog;

import io.portcullis.core.queue.BatchQueues;

/** Senders of GELF, for the queue of whoever has messages. */
public final class GelfSenders {
  private GelfSenders() {}

  /**
   * A sender of messages in UTF-8 to one receiver.
   *
   * @param tcp whether over one connection; else each message is a datagram, or several
   */
  public static BatchQueues.Sender to(String host, int port, boolean tcp) {
    return tcp ? new TcpSender(host, port) : new UdpSender(host, port);
  }
}
