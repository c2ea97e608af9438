package io.portcullis.krakend.convert;

import io.portcullis.krakend.file.Value;
import java.util.List;
import java.util.Map;

/** What becomes of the namespaces of {@code extra_config} that nothing here knows. */
final class Namespaces {
  /** Those that somebody relies on, and what to use in their place. */
  private static final Map<String, String> ALTERNATIVES =
      Map.of(
          "modifier/lua-proxy", "use validation/cel, modifier/martian or a plugin of your own",
          "modifier/lua-endpoint", "use validation/cel, modifier/martian or a plugin of your own",
          "modifier/lua-backend", "use modifier/martian, flatmap_filter or a plugin of your own",
          "plugin/http-client", "write a plugin for this gateway",
          "plugin/req-resp-modifier", "write a plugin for this gateway");

  /** Without these a request would be answered otherwise, or get through where it should not. */
  private static final List<String> RELIED_ON =
      List.of("modifier/", "validation/", "plugin/", "auth/", "backend/", "security/", "workflow");

  private Namespaces() {}

  /** Tells of those that are left; those without which no answer is right make it unserved. */
  static void rest(Section extra, Findings findings, List<String> unserved) {
    for (Value.Member member : extra.members()) {
      String name = member.name();
      if (extra.isKnown(name)) {
        continue;
      }
      extra.accept(name);
      if (RELIED_ON.stream().anyMatch(name::startsWith)) {
        String alternative = ALTERNATIVES.get(name);
        String message =
            (name.startsWith("modifier/lua") ? "Lua (" + name + ")" : "'" + name + "'")
                + " is not supported"
                + (alternative == null ? "" : "; " + alternative);
        findings.unserved(member.nameAt(), message + ": the endpoint answers 501");
        unserved.add(message);
      } else {
        findings.warning(member.nameAt(), "unknown namespace '" + name + "' is ignored");
      }
    }
  }
}
