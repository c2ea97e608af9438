package io.portcullis.plugins.transform;

/** A text of a configuration, as {@linkplain OctetText octets}: fixed, or made for each request. */
@FunctionalInterface
public interface Text {
  /**
   * The text for a request.
   *
   * @throws TemplateException when it cannot be made of this request
   */
  String of(TemplateSource source);

  /** The same for every request. */
  static Text fixed(String text) {
    return new Fixed(OctetText.of(text));
  }

  /** Whether it needs no request. */
  default boolean isFixed() {
    return false;
  }

  /** The same text always. */
  record Fixed(String octets) implements Text {
    @Override
    public String of(TemplateSource source) {
      return octets;
    }

    @Override
    public boolean isFixed() {
      return true;
    }
  }
}
