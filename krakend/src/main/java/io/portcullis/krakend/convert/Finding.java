package io.portcullis.krakend.convert;

import io.portcullis.krakend.file.Position;

/** Something that a file says and that its user should know of. */
public record Finding(Severity severity, Position at, String message) {
  /** What follows from a finding. */
  public enum Severity {
    /** The file cannot be served. */
    ERROR,
    /** The file is served, apart from this: a check fails. */
    UNSERVED,
    /** The file is served as if this were not there, which nobody can mean: a lint fails. */
    MISTAKE,
    /** The file is served as if this were not there. */
    WARNING
  }
}
