package io.portcullis.krakend.convert;

import io.portcullis.krakend.file.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is found while a file is converted. For one thread. */
final class Findings {
  private final List<Finding> all = new ArrayList<>();

  void error(Position at, String message) {
    add(Finding.Severity.ERROR, at, message);
  }

  void unserved(Position at, String message) {
    add(Finding.Severity.UNSERVED, at, message);
  }

  void mistake(Position at, String message) {
    add(Finding.Severity.MISTAKE, at, message);
  }

  void warning(Position at, String message) {
    add(Finding.Severity.WARNING, at, message);
  }

  private void add(Finding.Severity severity, Position at, String message) {
    Finding finding = new Finding(severity, at, message);
    if (!all.contains(finding)) {
      all.add(finding);
    }
  }

  /** In the file's order. */
  List<Finding> list() {
    List<Finding> sorted = new ArrayList<>(all);
    sorted.sort(Comparator.comparing(Finding::at));
    return List.copyOf(sorted);
  }
}
