package io.portcullis.krakend.template;

/** A flexible configuration cannot be rendered; the message says what and where. */
public class FlexibleConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FlexibleConfigurationException(String message) {
    super(message);
  }
}
