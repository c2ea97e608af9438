package io.portcullis.core.schema;

/**
 * What a single form value means for a list field. Kong makes a list of one of it; we go further
 * only as stated here, and read a JSON array literal in every case where Kong would refuse the
 * text.
 */
public enum ListText {
  /** Commas separate when the whole text is no legal element and each part is. */
  WHEN_REFUSED,
  /** Commas separate whenever each part is a legal element. */
  WHENEVER_LEGAL,
  /** A comma is a character like any other. */
  NEVER
}
