package io.portcullis.app.logging;

/** What the lines of the logs look like. */
public enum LogFormat {
  /** As nginx and Kong write them. */
  TEXT,
  /** One JSON object a line, with the field names of the Elastic Common Schema. */
  ECS;

  /** The access log in this format. */
  public AccessLayout access() {
    return switch (this) {
      case TEXT -> new AccessLine();
      case ECS -> new AccessDocument();
    };
  }
}
