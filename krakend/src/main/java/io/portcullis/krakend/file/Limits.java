package io.portcullis.krakend.file;

/** What a configuration file may hold at most, so that a small text cannot become a large tree. */
final class Limits {
  /** In characters, or in octets of a file. */
  static final int LONGEST = 256 * 1024 * 1024;

  static final int DEEPEST = 64;
  static final int MOST_VALUES = 2_000_000;

  /** Values that aliases stand for. */
  static final int MOST_COPIED = 500_000;

  private Limits() {}
}
