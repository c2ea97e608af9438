package io.portcullis.core.plugin;

/** The text that {@code GET /metrics} answers with, in the Prometheus exposition format 0.0.4. */
@FunctionalInterface
public interface MetricsPage {
  /** Appends whole lines, each with its line feed. May be called by several threads at once. */
  void append(StringBuilder page);
}
