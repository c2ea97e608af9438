package io.portcullis.core.plugin;

/** When a handler runs, in the order of an exchange. */
public enum Phase {
  /** TLS handshake, once the server name is known; global configurations only. */
  CERTIFICATE,
  /** Before a route is known; global configurations only. */
  REWRITE,
  /** After routing; the phase that chooses each plugin's configuration. */
  ACCESS,
  /** The status and headers of the answer are known and not sent yet. */
  HEADER_FILTER,
  /** Bytes of the answer's body pass. */
  BODY_FILTER,
  /** The exchange is over, however it ended. */
  LOG
}
