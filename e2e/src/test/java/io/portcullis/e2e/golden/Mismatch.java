package io.portcullis.e2e.golden;

/** An answer, or a part of it, that is not the expected one. */
final class Mismatch extends Exception {
  private static final long serialVersionUID = 1;
  private static final int LONGEST = 1500;

  Mismatch(String where, Object expected, Object got) {
    super(where + "\n  expected " + shortened(expected) + "\n  got      " + shortened(got));
  }

  private static String shortened(Object value) {
    String text = value.toString();
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }
}
