package io.portcullis.plugins.transform;

/** A template that is not understood, or that has no value for a request. */
public final class TemplateException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  TemplateException(String message) {
    super(message);
  }
}
