package io.portcullis.krakend.convert;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a file is converted with, beside its text.
 *
 * @param environment variables; {@code KRAKEND_<KEY>} stand in for keys of the file's root
 * @param port that goes before the file's; null for none
 * @param debug whether requests can be looked at under {@code /__debug/}
 * @param version that answers and calls tell
 */
public record Surroundings(
    Map<String, String> environment, @Nullable Integer port, boolean debug, String version) {
  public Surroundings {
    environment = Map.copyOf(environment);
  }
}
