package io.portcullis.core.schema;

/** What deleting an entity does to those that refer to it. */
public enum OnDelete {
  /** They are deleted too. */
  CASCADE,
  /** The same; schema documents do not tell, as Kong's do not. */
  CASCADE_UNTOLD,
  /** The deletion is refused. */
  RESTRICT;

  /** Whether those that refer to the entity go with it. */
  public boolean cascades() {
    return this != RESTRICT;
  }
}
