package io.portcullis.krakend.template;

/**
 * Where something stands in a file.
 *
 * @param file the file as it was named
 * @param line from 1
 * @param column from 1, in characters
 */
record Place(String file, int line, int column) {
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
