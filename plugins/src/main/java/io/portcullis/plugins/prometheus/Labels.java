package io.portcullis.plugins.prometheus;

/** Label texts of the exposition format. */
final class Labels {
  /** There is one workspace. */
  static final String WORKSPACE = ",workspace=\"default\"";

  private Labels() {}

  /** With backslash, quote and line feed escaped. */
  static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
