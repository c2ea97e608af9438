package io.portcullis.core.plugin;

/**
 * Names one piece of per-exchange state; two keys are the same only if they are the same object.
 *
 * @param <T> the type of the value
 */
public final class ExchangeKey<T> {
  private final String name;

  private ExchangeKey(String name) {
    this.name = name;
  }

  /** A new key; the name is for people who debug. */
  public static <T> ExchangeKey<T> named(String name) {
    return new ExchangeKey<>(name);
  }

  @Override
  public String toString() {
    return name;
  }
}
