package io.portcullis.plugins.redirect;

import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.field;
import static io.portcullis.core.schema.Fields.integer;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.core.schema.Types;
import java.nio.charset.StandardCharsets;

/** Sends clients to another URL instead of calling the upstream. */
public final class RedirectPlugin implements Plugin<RedirectConfig> {
  private static final PluginSpec<RedirectConfig> SPEC =
      PluginSpec.of("redirect", RedirectConfig.class)
          .priority(779)
          .field(
              integer("status_code")
                  .between(100, 599)
                  .defaultsTo(301)
                  .required()
                  .doc("HTTP status of the answer."))
          .field(field("location", Types.URL).required().doc("URL that clients are sent to."))
          .field(
              bool("keep_incoming_path")
                  .defaultsTo(false)
                  .doc("Whether path and query are the request's instead of those in `location`."));

  @Override
  public PluginSpec<RedirectConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(RedirectConfig config, PluginContext context) {
    String location = escaped(config.location());
    return new RedirectHandler(
        config.statusCode(),
        config.keepIncomingPath() ? withoutPath(location) : location,
        config.keepIncomingPath());
  }

  private static String withoutPath(String url) {
    int end = url.indexOf("//") + 2;
    while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
      end++;
    }
    return url.substring(0, end);
  }

  /** As a header can carry it: other octets than visible ASCII are percent-encoded. */
  private static String escaped(String url) {
    StringBuilder safe = new StringBuilder(url.length());
    for (byte octet : url.getBytes(StandardCharsets.UTF_8)) {
      if (octet > ' ' && octet < 0x7f) {
        safe.append((char) octet);
      } else {
        safe.append('%')
            .append(Character.toUpperCase(Character.forDigit(octet >> 4 & 15, 16)))
            .append(Character.toUpperCase(Character.forDigit(octet & 15, 16)));
      }
    }
    return safe.toString();
  }
}
