package io.portcullis.benchmarks.gate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The stored figures; {@code figures.properties} says what they are. */
final class Figures {
  /** How much worse than stored is a regression. */
  private static final double TOLERANCE = 1.20;

  private final Properties stored = new Properties();

  Figures() {
    try (InputStream file =
        Objects.requireNonNull(Figures.class.getResourceAsStream("figures.properties"))) {
      stored.load(file);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /** The most that a figure may be. */
  double limit(String name) {
    return stored(name) * TOLERANCE;
  }

  /**
   * The figure as it was.
   *
   * @throws IllegalArgumentException if there is none of the name
   */
  double stored(String name) {
    String text = stored.getProperty(name);
    if (text == null) {
      throw new IllegalArgumentException("no stored figure " + name);
    }
    return Double.parseDouble(text);
  }
}
