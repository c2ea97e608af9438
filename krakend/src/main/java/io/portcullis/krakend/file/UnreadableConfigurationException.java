package io.portcullis.krakend.file;

import java.io.IOException;

/** A file that is no JSON, YAML or TOML, or beyond the limits; the message is one line. */
public final class UnreadableConfigurationException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Position at;
  private final String problem;

  public UnreadableConfigurationException(String file, Position at, String problem) {
    super(file + ":" + at + ": " + problem);
    this.at = at;
    this.problem = problem;
  }

  /** What is wrong, without its place. */
  public String problem() {
    return problem;
  }

  /** Where reading stopped. */
  public Position at() {
    return at;
  }
}
