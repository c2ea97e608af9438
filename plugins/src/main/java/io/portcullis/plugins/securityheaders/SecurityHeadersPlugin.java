package io.portcullis.plugins.securityheaders;

import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.map;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.Types.STRING;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.PluginSpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Makes browsers careful, and refuses requests for hosts that are not served here. */
public final class SecurityHeadersPlugin implements Plugin<SecurityHeadersConfig> {
  private static final PluginSpec<SecurityHeadersConfig> SPEC =
      PluginSpec.of("security-headers", SecurityHeadersConfig.class)
          .priority(1990)
          .forbid("consumer")
          .field(
              array("allowed_hosts", STRING)
                  .required()
                  .defaultsToList()
                  .doc("Hosts that may be asked for, as `Host` says them; none for any."))
          .field(
              flag("allowed_hosts_are_regex")
                  .doc("Whether they are regexes, which have to fit as a whole."))
          .field(
              array("host_proxy_headers", STRING)
                  .required()
                  .defaultsToList()
                  .doc("Headers that may hold the host in the place of `Host`."))
          .field(flag("ssl_redirect").doc("Whether requests without TLS are sent to HTTPS: 301."))
          .field(string("ssl_host").doc("Host they are sent to; the one they ask for without it."))
          .field(
              map("ssl_proxy_headers", STRING, STRING)
                  .required()
                  .defaultsTo(Map.of())
                  .doc("Headers and values by which a proxy tells that it speaks TLS."))
          .field(
              integer("sts_seconds")
                  .between(0, Integer.MAX_VALUE)
                  .required()
                  .defaultsTo(0)
                  .doc("How long browsers shall use HTTPS: `Strict-Transport-Security`. 0: never."))
          .field(flag("sts_include_subdomains").doc("Whether that is for subdomains, too."))
          .field(flag("force_sts_header").doc("Whether that is said without TLS, too."))
          .field(flag("frame_deny").doc("Whether to send `X-Frame-Options: DENY`."))
          .field(string("custom_frame_options_value").doc("Another value of `X-Frame-Options`."))
          .field(flag("content_type_nosniff").doc("`X-Content-Type-Options: nosniff`."))
          .field(flag("browser_xss_filter").doc("`X-XSS-Protection: 1; mode=block`."))
          .field(string("content_security_policy").doc("`Content-Security-Policy`."))
          .field(string("referrer_policy").doc("`Referrer-Policy`."))
          .field(
              flag("is_development")
                  .doc("Whether to leave out hosts, redirects and `Strict-Transport-Security`."))
          .field(
              string("except_path")
                  .startsWith("/")
                  .doc("Path that all of this is not for, that of a health page."))
          .configRule(SecurityHeadersPlugin::refusal);

  @Override
  public PluginSpec<SecurityHeadersConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(SecurityHeadersConfig config, PluginContext context) {
    return new SecurityHeadersHandler(config, context.configuration().isGlobal());
  }

  private static FieldSpec flag(String name) {
    return bool(name).required().defaultsTo(false);
  }

  private static @Nullable String refusal(JsonNode config) {
    if (!config.path("allowed_hosts_are_regex").asBoolean(false)) {
      return null;
    }
    try {
      config.path("allowed_hosts").forEach(host -> Pattern.compile(host.asString("")));
      return null;
    } catch (PatternSyntaxException broken) {
      return "allowed_hosts: " + broken.getMessage();
    }
  }
}
