package io.portcullis.plugins.composition.shape;

import java.util.LinkedHashMap;

/**
 * What stands for an object when a backend answers {@code null}: it has no members, and as long as
 * it gets none it is written as {@code null}.
 */
public final class NoObject extends LinkedHashMap<String, Object> {
  private static final long serialVersionUID = 1L;
}
