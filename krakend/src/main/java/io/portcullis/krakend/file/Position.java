package io.portcullis.krakend.file;

/**
 * Where something stands in a file.
 *
 * @param line counted from 1
 * @param column counted from 1; 0 when only the line is known
 */
public record Position(int line, int column) implements Comparable<Position> {
  /** The beginning of a file. */
  public static final Position START = new Position(1, 1);

  @Override
  public int compareTo(Position other) {
    return line == other.line
        ? Integer.compare(column, other.column)
        : Integer.compare(line, other.line);
  }

  @Override
  public String toString() {
    return column == 0 ? Integer.toString(line) : line + ":" + column;
  }
}
