package io.portcullis.plugins.responsetransformer;

import java.util.List;

/** Configuration of {@code response-transformer}: what is done, in the order in which it is. */
public record ResponseTransformerConfig(
    Names remove, Names rename, Values replace, Values add, Values append) {
  /**
   * What to take out, or entries {@code old:new}.
   *
   * @param json members of the body
   */
  public record Names(List<String> json, List<String> headers) {}

  /**
   * Entries {@code name:value}.
   *
   * @param json members of the body
   * @param jsonTypes types of their values, in the same order; strings where there is none
   */
  public record Values(List<String> json, List<String> jsonTypes, List<String> headers) {}
}
