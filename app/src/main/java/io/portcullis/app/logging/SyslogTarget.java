package io.portcullis.app.logging;

import io.portcullis.core.queue.BatchQueues;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A syslog, in the words of nginx's {@code error_log}: {@code
 * unix:/dev/log,facility=local3,tag=edge} or {@code host:514,…}.
 *
 * @param socket path of the local syslog's socket; null for one that listens on UDP
 * @param facility its number
 * @param tag what entries begin with
 */
public record SyslogTarget(
    @Nullable String socket, String host, int port, int facility, String tag) {
  private static final int PORT = 514;
  private static final String UNIX = "unix:";

  /** By their numbers. */
  private static final List<String> FACILITIES =
      List.of(
          "kern",
          "user",
          "mail",
          "daemon",
          "auth",
          "syslog",
          "lpr",
          "news",
          "uucp",
          "clock",
          "authpriv",
          "ftp",
          "ntp",
          "audit",
          "alert",
          "cron",
          "local0",
          "local1",
          "local2",
          "local3",
          "local4",
          "local5",
          "local6",
          "local7");

  /**
   * Reads a target.
   *
   * @throws IllegalArgumentException for a text that names none
   */
  public static SyslogTarget of(String text) {
    int comma = text.indexOf(',');
    String address = comma < 0 ? text : text.substring(0, comma);
    String facility = "local7";
    String tag = "portcullis";
    String rest = comma < 0 ? "" : text.substring(comma + 1);
    while (!rest.isEmpty()) {
      // A tag may hold commas, so it is the last.
      int end =
          rest.startsWith("tag=") || rest.indexOf(',') < 0 ? rest.length() : rest.indexOf(',');
      String option = rest.substring(0, end);
      rest = end == rest.length() ? "" : rest.substring(end + 1);
      if (option.startsWith("facility=")) {
        facility = option.substring("facility=".length());
      } else if (option.startsWith("tag=")) {
        tag = option.substring("tag=".length());
      } else {
        throw new IllegalArgumentException("expected facility= or tag=, got '" + option + "'");
      }
    }
    int number = FACILITIES.indexOf(facility);
    if (number < 0) {
      throw new IllegalArgumentException("unknown facility '" + facility + "'");
    }
    if (address.startsWith(UNIX) && address.length() > UNIX.length()) {
      return new SyslogTarget(address.substring(UNIX.length()), "", 0, number, tag);
    }
    int colon = address.lastIndexOf(':');
    String host = colon < 0 ? address : address.substring(0, colon);
    if (host.isEmpty()) {
      throw new IllegalArgumentException("expected unix:PATH or HOST:PORT, got '" + address + "'");
    }
    int port = colon < 0 ? PORT : Integer.parseInt(address.substring(colon + 1));
    return new SyslogTarget(null, host, port, number, tag);
  }

  String address() {
    return socket == null ? host + ":" + port : UNIX + socket;
  }

  /** Sends each entry in a datagram. */
  BatchQueues.Sender sender() {
    return socket == null ? new UdpSyslog(host, port) : new UnixSyslog(socket);
  }
}
