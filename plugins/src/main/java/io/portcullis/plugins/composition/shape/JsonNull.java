package io.portcullis.plugins.composition.shape;

/** JSON's null, so that collections need not hold Java's. */
public enum JsonNull {
  NULL;

  @Override
  public String toString() {
    return "null";
  }
}
