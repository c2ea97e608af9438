package io.portcullis.proxy.wire;

import io.portcullis.core.plugin.ExchangeLog;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** What is known of a client's connection. */
public interface ClientConnection {
  /** The peer of the socket. */
  InetAddress peer();

  /** The same as text. */
  String peerText();

  /** Port of the listener. */
  int port();

  /** The gateway's own address on the connection, as text. */
  String localText();

  /** Tells the connection apart from the process's others; from 1. */
  long number();

  boolean isSecure();

  /** What the handshake agreed on; null for cleartext. */
  ExchangeLog.@Nullable Tls tls();

  /** Server name of the handshake; null when there was none. */
  @Nullable String serverName();

  /** What the request path keeps with the connection; null at first. */
  @Nullable Object attachment();

  void attach(Object attachment);
}
