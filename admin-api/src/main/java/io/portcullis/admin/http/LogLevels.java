package io.portcullis.admin.http;

import java.time.Duration;

/** The level of the error log, changeable while the node runs. */
public interface LogLevels {
  /** One of Kong's names: debug, info, notice, warn, error, crit, alert, emerg. */
  String current();

  /**
   * Changes it.
   *
   * @param revertAfter when the configured level comes back; zero for never
   */
  void change(String level, Duration revertAfter);
}
