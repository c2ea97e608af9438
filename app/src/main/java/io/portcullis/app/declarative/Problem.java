package io.portcullis.app.declarative;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * One thing wrong with a declarative file.
 *
 * @param path dotted from the top of the file, list entries counted from 1: {@code
 *     services.1.routes.2.paths.1}; empty for the file as a whole
 */
public record Problem(String path, String message) {
  /** All messages of a tree that mirrors a file, as code 14 holds it in {@code fields}. */
  public static List<Problem> in(ObjectNode fields) {
    return ProblemTree.problems(fields);
  }

  @Override
  public String toString() {
    return path.isEmpty() ? message : path + ": " + message;
  }
}
