package io.portcullis.plugins.composition.shape;

import java.util.LinkedHashMap;

/** An object whose members are written in the order in which they were put, not by name. */
public final class OrderedObject extends LinkedHashMap<String, Object> {
  private static final long serialVersionUID = 1L;
}
