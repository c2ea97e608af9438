package io.portcullis.krakend.convert;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Turns what a file says of logs into settings of the process. */
final class LogKeys {
  private static final int GELF_PORT = 12201;
  private static final String LINE = "%{time:2006/01/02 - 15:04:05.000} ▶ %{level} %{message}";
  private static final String USUAL_MODULE = "KRAKEND";
  private static final String USUAL_FACILITY = "local3";
  private static final Map<String, String> LEVELS =
      Map.of(
          "DEBUG", "debug",
          "INFO", "info",
          "NOTICE", "notice",
          "WARNING", "warn",
          "ERROR", "error",
          "CRITICAL", "crit");
  private static final Set<String> FACILITIES =
      Set.of("local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7");
  private static final Pattern VERB = Pattern.compile("%\\{([a-z]+)(?::((?:[^}\\\\]|\\\\.)+))?}");
  private static final Set<String> VERBS =
      Set.of(
          "id",
          "pid",
          "time",
          "level",
          "module",
          "program",
          "message",
          "color",
          "longfile",
          "shortfile",
          "longpkg",
          "shortpkg",
          "longfunc",
          "shortfunc",
          "callpath");

  private final Section extra;
  private final Map<String, String> settings;
  private final Findings findings;

  private LogKeys(Section extra, Map<String, String> settings, Findings findings) {
    this.extra = extra;
    this.settings = settings;
    this.findings = findings;
  }

  /**
   * Sets what {@code telemetry/logging}, {@code telemetry/logstash} and {@code telemetry/gelf} say.
   *
   * @param debug whether the log tells more, unless the file says how much
   */
  static void convert(
      Section extra, Map<String, String> settings, Findings findings, boolean debug) {
    LogKeys keys = new LogKeys(extra, settings, findings);
    Section logging = extra.section("telemetry/logging");
    keys.level(logging, debug);
    keys.gelf();
    boolean asked = extra.has("telemetry/logging");
    if (asked) {
      keys.logging(logging);
    }
    if (extra.has("telemetry/logstash")) {
      Section logstash = extra.section("telemetry/logstash");
      Boolean enabled = logstash.truthOrNull("enabled");
      if (!asked) {
        findings.mistake(
            extra.at("telemetry/logstash"),
            "'telemetry/logstash' logs nothing without telemetry/logging");
      } else if (enabled == null || enabled) {
        settings.put("log_format", "logstash:" + logging.text("prefix", USUAL_MODULE));
      }
      logstash.finish();
    }
  }

  private void level(Section logging, boolean debug) {
    String level = logging.text("level");
    if (level != null) {
      String own = LEVELS.get(level.toUpperCase(Locale.ROOT));
      if (own == null) {
        findings.mistake(logging.at("level"), "unknown level '" + level + "'");
      } else {
        settings.put("log_level", own);
      }
    } else if (debug) {
      settings.put("log_level", "debug");
    }
  }

  private void logging(Section logging) {
    String prefix = logging.text("prefix", "");
    boolean console = logging.truth("stdout");
    settings.put("error_log", console ? "/dev/stdout" : "off");
    boolean syslog = logging.truth("syslog");
    String facility = Section.lower(logging.text("syslog_facility", USUAL_FACILITY));
    if (!FACILITIES.contains(facility)) {
      findings.mistake(
          logging.at("syslog_facility"),
          "unknown facility '" + facility + "' counts as " + USUAL_FACILITY);
      facility = USUAL_FACILITY;
    }
    if (syslog) {
      settings.put(
          "error_log_syslog",
          "unix:/dev/log,facility="
              + facility
              + ",tag="
              + (prefix.isBlank() ? "krakend" : prefix.strip()));
    }
    if (!console && !syslog && !settings.containsKey("error_log_gelf")) {
      findings.warning(
          logging.at(), "'telemetry/logging' has neither stdout nor syslog, so nothing is logged");
    }
    format(logging, prefix);
    logging.ignore(
        "has no effect here: the access log has Kong's format",
        "access_log_format",
        "access_log_custom_format");
    logging.ignore(
        "has no effect here: 'level' counts for all entries", "backend_level", "backend_log_level");
    logging.finish();
  }

  private void format(Section logging, String prefix) {
    String format = logging.text("format", "default");
    String custom = logging.text("custom_format", "");
    switch (format) {
      case "logstash" -> settings.put("log_format", "logstash:" + USUAL_MODULE);
      case "custom" -> custom(logging, custom);
      default -> {
        if (!format.equals("default")) {
          findings.mistake(
              logging.at("format"), "unknown format '" + format + "' counts as default");
        }
        settings.put("log_format", prefix.isEmpty() ? LINE : prefix + " " + LINE);
      }
    }
    if (!custom.isEmpty() && !format.equals("custom")) {
      findings.mistake(
          logging.at("custom_format"), "'custom_format' has no effect without format 'custom'");
    }
  }

  private void custom(Section logging, String pattern) {
    boolean tells = false;
    Matcher verb = VERB.matcher(pattern);
    while (verb.find()) {
      if (!VERBS.contains(verb.group(1))) {
        findings.error(
            logging.at("custom_format"), "'custom_format': unknown verb " + verb.group());
        return;
      }
      tells |= verb.group(1).equals("message");
    }
    if (!tells) {
      findings.error(logging.at("format"), "'custom_format' has no %{message}");
      return;
    }
    settings.put("log_format", pattern);
  }

  private void gelf() {
    if (!extra.has("telemetry/gelf")) {
      return;
    }
    Section gelf = extra.section("telemetry/gelf");
    String address = gelf.text("address", "");
    int colon = address.lastIndexOf(':');
    String host = colon < 0 ? address : address.substring(0, colon);
    int port = colon < 0 ? GELF_PORT : port(address.substring(colon + 1));
    boolean tcp = gelf.truth("enable_tcp");
    gelf.finish();
    if (host.isEmpty() || port < 1) {
      findings.error(gelf.at("address"), "'address': expected host:port, got '" + address + "'");
      return;
    }
    settings.put("error_log_gelf", (tcp ? "tcp://" : "udp://") + host + ":" + port);
  }

  /** Configuration of the plugin that tells the same receiver of each request. */
  static void requests(Map<String, String> settings, Document document) {
    String receiver = settings.get("error_log_gelf");
    if (receiver == null) {
      return;
    }
    int host = receiver.indexOf("//") + 2;
    int colon = receiver.lastIndexOf(':');
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.put("host", receiver.substring(host, colon));
    config.put("port", port(receiver.substring(colon + 1)));
    config.put("enable_tcp", receiver.startsWith("tcp"));
    document.plugin("gelf-log", config);
  }

  private static int port(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
