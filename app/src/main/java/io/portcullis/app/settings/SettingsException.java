package io.portcullis.app.settings;

/** A setting that cannot be used; the message is one line for the person who wrote it. */
public final class SettingsException extends Exception {
  private static final long serialVersionUID = 1;

  public SettingsException(String message) {
    super(message);
  }
}
