package io.portcullis.krakend.template;

/** A template is not in the language, or fails while it runs. */
final class TemplateException extends FlexibleConfigurationException {
  private static final long serialVersionUID = 1L;

  TemplateException(Place place, String message) {
    super("template: " + place + ": " + message);
  }
}
