package io.portcullis.plugins.composition.shape;

/**
 * A number as it was written: 1.10 stays 1.10, and no digit of a large one is lost.
 *
 * @param text legal JSON
 */
public record NumberLiteral(String text) {
  @Override
  public String toString() {
    return text;
  }
}
