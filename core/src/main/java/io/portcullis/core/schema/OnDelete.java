package io.portcullis.core.schema;

/** What deleting an entity does to those that refer to it. */
public enum OnDelete {
  /** They are deleted too. */
  CASCADE,
  /** The deletion is refused. */
  RESTRICT
}
