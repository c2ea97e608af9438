package io.portcullis.core.plugin;

import java.util.EnumSet;
import java.util.Set;

/**
 * What the settings of a node say of traces.
 *
 * @param rate share of traces that is sent when a configuration has none of its own, 0 to 1
 * @param layers what spans are made of; nothing for none
 */
public record Tracing(double rate, Set<Layer> layers) {
  /** Kong's rate, and all that there is. */
  public static final Tracing USUAL = new Tracing(0.01, EnumSet.allOf(Layer.class));

  public Tracing {
    layers = Set.copyOf(layers);
  }

  /** A part of what is done for a request. */
  public enum Layer {
    /** The whole of it. */
    REQUEST,
    /** What plugins do before the upstream is called. */
    PLUGINS,
    /** The call of the service, and its tries. */
    UPSTREAM,
    /** Calls that plugins make. */
    CALLS
  }
}
