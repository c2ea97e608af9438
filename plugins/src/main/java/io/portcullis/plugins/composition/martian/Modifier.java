package io.portcullis.plugins.composition.martian;

/** Changes messages, or does not, depending on what they are. Immutable. */
@FunctionalInterface
public interface Modifier {
  void modify(Message message);
}
