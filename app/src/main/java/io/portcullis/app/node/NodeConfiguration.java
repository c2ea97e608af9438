package io.portcullis.app.node;

import io.portcullis.app.settings.ListenAddress;
import io.portcullis.app.settings.Setting;
import io.portcullis.app.settings.Settings;
import io.portcullis.app.settings.SettingsException;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code configuration} of {@code GET /}: the settings by kong.conf's names, secrets masked. */
final class NodeConfiguration {
  private NodeConfiguration() {}

  static ObjectNode of(Settings settings) throws SettingsException {
    ObjectNode configuration = JsonNodeFactory.instance.objectNode();
    for (Setting setting : Setting.values()) {
      String value = settings.text(setting);
      switch (setting) {
        case PROXY_LISTEN,
            ADMIN_LISTEN,
            STATUS_LISTEN,
            HEADERS,
            TRUSTED_IPS,
            PLUGINS,
            TRACING_INSTRUMENTATIONS -> {
          ArrayNode list = configuration.putArray(setting.key());
          settings.list(setting).forEach(list::add);
        }
        case DB_UPDATE_FREQUENCY, TRACING_SAMPLING_RATE -> number(configuration, setting, value);
        case PG_PORT,
            PG_TIMEOUT,
            PG_MAX_CONNECTIONS,
            UPSTREAM_KEEPALIVE_POOL_SIZE,
            UPSTREAM_KEEPALIVE_IDLE_TIMEOUT,
            UPSTREAM_KEEPALIVE_MAX_REQUESTS ->
            number(configuration, setting, value);
        case PG_SSL, PG_SSL_VERIFY, ALLOW_DEBUG_HEADER ->
            configuration.put(setting.key(), value.equals("on"));
        default -> {
          if (setting.secret() && !value.isEmpty()) {
            configuration.put(setting.key(), "******");
          } else if (!value.isEmpty()) {
            configuration.put(setting.key(), value);
          }
        }
      }
    }
    // What clients branch on: every engine looks like Kong's one.
    configuration.put(
        "database", settings.text(Setting.DATABASE).equals("off") ? "off" : "postgres");
    configuration.put("role", "traditional");
    configuration.put("router_flavor", "traditional_compatible");
    listeners(configuration, "proxy_listeners", settings.listen(Setting.PROXY_LISTEN))
        .forEach(listener -> ((ObjectNode) listener).put("http2", speaksHttp2(settings)));
    listeners(configuration, "admin_listeners", settings.listen(Setting.ADMIN_LISTEN));
    listeners(configuration, "status_listeners", settings.listen(Setting.STATUS_LISTEN));
    // Kong shows lists that are empty as objects, and its clients know.
    configuration.putObject("stream_listeners");
    return configuration;
  }

  private static boolean speaksHttp2(Settings settings) {
    return settings.text(Setting.HTTP2).equals("on");
  }

  private static ArrayNode listeners(
      ObjectNode configuration, String name, List<ListenAddress> addresses) {
    ArrayNode listeners = configuration.putArray(name);
    for (ListenAddress address : addresses) {
      listeners
          .addObject()
          .put("ip", address.host())
          .put("port", address.port())
          .put("listener", address + (address.ssl() ? " ssl" : ""))
          .put("ssl", address.ssl())
          .put("http2", address.http2())
          .put("proxy_protocol", address.proxyProtocol())
          .put("bind", false)
          .put("deferred", false)
          .put("reuseport", false)
          .put("backlog=%d+", false);
    }
    return listeners;
  }

  private static void number(ObjectNode configuration, Setting setting, String value) {
    try {
      double number = Double.parseDouble(value);
      if (number == Math.rint(number)) {
        configuration.put(setting.key(), (long) number);
      } else {
        configuration.put(setting.key(), number);
      }
    } catch (NumberFormatException e) {
      configuration.put(setting.key(), value);
    }
  }
}
