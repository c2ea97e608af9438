package io.portcullis.app.declarative;

/**
 * One thing wrong with a declarative file.
 *
 * @param path dotted from the top of the file, list entries counted from 1: {@code
 *     services.1.routes.2.paths.1}; empty for the file as a whole
 */
public record Problem(String path, String message) {
  @Override
  public String toString() {
    return path.isEmpty() ? message : path + ": " + message;
  }
}
