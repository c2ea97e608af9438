package io.portcullis.plugins.composition.martian;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Arguments of a request's query. */
final class QueryChange {
  private QueryChange() {}

  /** Sets one argument, in place of those of its name. */
  static Modifier of(JsonNode fields) {
    String name = ModifierParser.required(fields, "name");
    String value = ModifierParser.required(fields, "value");
    String added =
        URLEncoder.encode(name, StandardCharsets.UTF_8)
            + '='
            + URLEncoder.encode(value, StandardCharsets.UTF_8);
    return message -> {
      if (message instanceof Message.Outgoing request) {
        URI uri = request.uri();
        List<String> arguments = new ArrayList<>();
        for (String argument : arguments(uri)) {
          if (!name(argument).equals(name)) {
            arguments.add(argument);
          }
        }
        arguments.add(added);
        // Go writes a query anew by name; of equal names the order stays.
        arguments.sort(Comparator.comparing(QueryChange::name));
        request.directTo(
            ModifierParser.uri(
                uri.getScheme(),
                uri.getRawAuthority(),
                uri.getRawPath(),
                String.join("&", arguments)));
      }
    };
  }

  static Predicate<Message> filter(JsonNode fields) {
    String name = ModifierParser.required(fields, "name");
    String value = ModifierParser.text(fields, "value");
    return message -> {
      for (String argument : arguments(ModifierParser.request(message).uri())) {
        if (name(argument).equals(name) && isValue(argument, value)) {
          return true;
        }
      }
      return false;
    };
  }

  private static List<String> arguments(URI uri) {
    String query = uri.getRawQuery();
    return query == null || query.isEmpty() ? List.of() : List.of(query.split("&"));
  }

  private static String name(String argument) {
    int equals = argument.indexOf('=');
    return ModifierParser.decoded(equals < 0 ? argument : argument.substring(0, equals));
  }

  private static boolean isValue(String argument, @Nullable String value) {
    if (value == null || value.isEmpty()) {
      return true;
    }
    int equals = argument.indexOf('=');
    return equals >= 0 && ModifierParser.decoded(argument.substring(equals + 1)).equals(value);
  }
}
