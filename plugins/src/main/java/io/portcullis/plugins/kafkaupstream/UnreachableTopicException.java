package io.portcullis.plugins.kafkaupstream;

/** Nothing can be sent: no broker is known, or settings do not fit. */
final class UnreachableTopicException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreachableTopicException(String reason) {
    super(reason, null, false, false);
  }
}
