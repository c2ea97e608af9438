package io.portcullis.plugins.composition.martian;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the JSON form of modifiers. Members that begin with {@code @}, {@code $}, {@code _} or
 * {@code #} are comments.
 */
public final class ModifierParser {
  private static final DateTimeFormatter COOKIE_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private static final String REQUEST = "request";
  private static final String RESPONSE = "response";

  private final Supplier<UUID> ids;

  /**
   * @param ids makes the ids that {@code header.Id} adds
   */
  public ModifierParser(Supplier<UUID> ids) {
    this.ids = ids;
  }

  /**
   * @param json an object with exactly one member, whose name says what it is
   * @throws IllegalArgumentException saying what is wrong
   */
  public Modifier parse(JsonNode json) {
    List<Map.Entry<String, JsonNode>> members = new ArrayList<>();
    for (Map.Entry<String, JsonNode> member : json.properties()) {
      if ("@$_#".indexOf(member.getKey().isEmpty() ? '@' : member.getKey().charAt(0)) < 0) {
        members.add(member);
      }
    }
    if (members.size() != 1) {
      throw new IllegalArgumentException(
          "parse: expected one modifier, received " + members.size());
    }
    String kind = members.getFirst().getKey();
    JsonNode fields = members.getFirst().getValue();
    if (!fields.isObject()) {
      throw new IllegalArgumentException("parse: " + kind + " is no object");
    }
    return switch (kind) {
      case "fifo.Group" -> scoped(fields, true, true, group(fields));
      case "priority.Group" -> scoped(fields, true, true, priorities(fields));
      case "header.Modifier" -> header(fields);
      case "header.Append" -> appended(fields);
      case "header.Blacklist" -> removed(fields);
      case "header.Copy" -> copied(fields);
      case "header.Id" -> identified(fields);
      case "body.Modifier" -> body(fields);
      case "cookie.Modifier" -> cookie(fields);
      case "status.Modifier" -> status(fields);
      case "querystring.Modifier" -> scoped(fields, true, false, QueryChange.of(fields));
      case "url.Modifier" -> scoped(fields, true, false, UrlChange.of(fields));
      case "port.Modifier" -> scoped(fields, true, false, PortChange.of(fields));
      case "stash.Modifier" -> stash(fields);
      case "static.Modifier" ->
          throw new IllegalArgumentException(
              "parse: static.Modifier reads files of the gateway's machine and is not supported");
      case "header.RegexFilter" -> {
        String name = name(fields, "header");
        Pattern pattern = pattern(fields);
        yield filter(fields, message -> matches(pattern, request(message).headers().get(name)));
      }
      case "header.Filter" -> {
        String name = name(fields, "name");
        String value = text(fields, "value");
        yield filter(
            fields,
            message ->
                value == null
                    ? message.headers().contains(name)
                    : message.headers().all(name).contains(value));
      }
      case "url.Filter" -> filter(fields, UrlChange.filter(fields));
      case "url.RegexFilter" -> {
        Pattern pattern = pattern(fields);
        yield filter(fields, message -> matches(pattern, request(message).uri().toString()));
      }
      case "querystring.Filter" -> filter(fields, QueryChange.filter(fields));
      case "cookie.Filter" -> filter(fields, cookieFilter(fields));
      case "port.Filter" -> {
        int port = fields.path("port").asInt(-1);
        yield filter(fields, message -> PortChange.port(request(message).uri()) == port);
      }
      case "method.Filter" -> {
        String method = required(fields, "method").toUpperCase(Locale.ROOT);
        yield filter(fields, message -> request(message).method().equals(method));
      }
      default -> throw new IllegalArgumentException("parse: no modifier for type " + kind);
    };
  }

  private Modifier group(JsonNode fields) {
    List<Modifier> modifiers = new ArrayList<>();
    fields.path("modifiers").forEach(modifier -> modifiers.add(parse(modifier)));
    return message -> {
      for (Modifier modifier : modifiers) {
        modifier.modify(message);
      }
    };
  }

  private Modifier priorities(JsonNode fields) {
    record Ranked(long priority, Modifier modifier) {}
    List<Ranked> ranked = new ArrayList<>();
    for (JsonNode entry : fields.path("modifiers")) {
      ranked.add(new Ranked(entry.path("priority").asLong(0), parse(entry.path("modifier"))));
    }
    ranked.sort(Comparator.comparingLong(Ranked::priority).reversed());
    List<Modifier> ordered = ranked.stream().map(Ranked::modifier).toList();
    return message -> {
      for (Modifier modifier : ordered) {
        modifier.modify(message);
      }
    };
  }

  private static Modifier header(JsonNode fields) {
    String name = name(fields, "name");
    String value = required(fields, "value");
    return scoped(fields, true, true, message -> message.headers().set(name, value));
  }

  private static Modifier appended(JsonNode fields) {
    String name = name(fields, "name");
    String value = required(fields, "value");
    return scoped(fields, true, true, message -> message.headers().add(name, value));
  }

  private static Modifier removed(JsonNode fields) {
    List<String> names = new ArrayList<>();
    fields.path("names").forEach(name -> names.add(name.asString("").toLowerCase(Locale.ROOT)));
    return scoped(
        fields, true, true, message -> names.forEach(name -> message.headers().remove(name)));
  }

  private static Modifier copied(JsonNode fields) {
    String from = name(fields, "from");
    String to = name(fields, "to");
    return scoped(
        fields,
        true,
        true,
        message -> {
          String value = message.headers().get(from);
          message.headers().set(to, value == null ? "" : value);
        });
  }

  private Modifier identified(JsonNode fields) {
    String given = text(fields, "header");
    String name = given == null ? "x-krakend-id" : given.toLowerCase(Locale.ROOT);
    return scoped(
        fields,
        true,
        false,
        message -> {
          if (!message.headers().contains(name)) {
            message.headers().set(name, ids.get().toString());
          }
        });
  }

  private static Modifier body(JsonNode fields) {
    String encoded = text(fields, "body");
    byte[] body;
    try {
      body = Base64.getDecoder().decode(encoded == null ? "" : encoded);
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException("parse: body.Modifier: body is not base64", malformed);
    }
    String given = text(fields, "contentType");
    String type = given == null ? "" : given;
    return scoped(
        fields,
        true,
        true,
        message -> {
          message.replaceBody(body);
          message.headers().set("content-type", type);
          message.headers().remove("content-encoding");
          message.headers().remove("content-length");
        });
  }

  private static Modifier cookie(JsonNode fields) {
    String pair = required(fields, "name") + '=' + required(fields, "value");
    StringBuilder line = new StringBuilder(pair);
    attribute(line, "Path", text(fields, "path"));
    attribute(line, "Domain", text(fields, "domain"));
    attribute(line, "Expires", date(text(fields, "expires")));
    long age = fields.path("maxAge").asLong(0);
    attribute(line, "Max-Age", age == 0 ? null : Long.toString(age));
    if (fields.path("httpOnly").asBoolean(false)) {
      line.append("; HttpOnly");
    }
    if (fields.path("secure").asBoolean(false)) {
      line.append("; Secure");
    }
    String whole = line.toString();
    return scoped(
        fields,
        true,
        true,
        message -> {
          if (message instanceof Message.Incoming) {
            message.headers().add("set-cookie", whole);
          } else {
            String present = message.headers().get("cookie");
            message.headers().set("cookie", present == null ? pair : present + "; " + pair);
          }
        });
  }

  /** A moment as RFC 3339 has it, in the words of cookies. */
  private static @Nullable String date(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return text;
    }
    try {
      return COOKIE_DATE.format(OffsetDateTime.parse(text));
    } catch (DateTimeException malformed) {
      throw new IllegalArgumentException("parse: cookie.Modifier: expires is no date", malformed);
    }
  }

  private static void attribute(StringBuilder line, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      line.append("; ").append(name).append('=').append(value);
    }
  }

  private static Modifier status(JsonNode fields) {
    int status = fields.path("statusCode").asInt(0);
    if (status < 100 || status > 999) {
      throw new IllegalArgumentException("parse: status.Modifier: statusCode is no status");
    }
    return scoped(
        fields,
        false,
        true,
        message -> {
          if (message instanceof Message.Incoming incoming) {
            incoming.setStatus(status);
          }
        });
  }

  private static Modifier stash(JsonNode fields) {
    String name = name(fields, "headerName");
    return scoped(
        fields,
        true,
        false,
        message -> message.headers().set(name, request(message).uri().toString()));
  }

  private Modifier filter(JsonNode fields, Predicate<Message> condition) {
    Modifier then = parse(fields.path("modifier"));
    Modifier otherwise = fields.hasNonNull("else") ? parse(fields.get("else")) : null;
    return scoped(
        fields,
        true,
        true,
        message -> {
          if (condition.test(message)) {
            then.modify(message);
          } else if (otherwise != null) {
            otherwise.modify(message);
          }
        });
  }

  private static Predicate<Message> cookieFilter(JsonNode fields) {
    String name = required(fields, "name");
    String value = text(fields, "value");
    return message -> {
      String header = message instanceof Message.Incoming ? "set-cookie" : "cookie";
      for (String line : message.headers().all(header)) {
        for (String part : line.split(";", -1)) {
          String pair = part.strip();
          boolean named = pair.startsWith(name + '=');
          if (named
              && (value == null
                  || value.isEmpty()
                  || pair.substring(name.length() + 1).equals(value))) {
            return true;
          }
        }
      }
      return false;
    };
  }

  /** Limits a modifier to what its scope says; without one it is for all that it can change. */
  private static Modifier scoped(
      JsonNode fields, boolean requests, boolean responses, Modifier modifier) {
    JsonNode scope = fields.path("scope");
    boolean onRequests = requests;
    boolean onResponses = responses;
    if (scope.isArray() && !scope.isEmpty()) {
      onRequests = false;
      onResponses = false;
      for (JsonNode word : scope) {
        switch (word.asString("")) {
          case REQUEST -> onRequests = true;
          case RESPONSE -> onResponses = true;
          default -> throw new IllegalArgumentException("parse: unknown scope " + word);
        }
      }
      if (onRequests && !requests || onResponses && !responses) {
        throw new IllegalArgumentException("parse: the modifier has no such scope: " + scope);
      }
    }
    boolean forRequests = onRequests;
    boolean forResponses = onResponses;
    return message -> {
      if (message instanceof Message.Incoming ? forResponses : forRequests) {
        modifier.modify(message);
      }
    };
  }

  static Message.Outgoing request(Message message) {
    return switch (message) {
      case Message.Outgoing outgoing -> outgoing;
      case Message.Incoming incoming -> incoming.request();
    };
  }

  private static boolean matches(Pattern pattern, @Nullable String text) {
    return text != null && !text.isEmpty() && pattern.matcher(text).find();
  }

  private static Pattern pattern(JsonNode fields) {
    try {
      return Pattern.compile(required(fields, "regex"));
    } catch (PatternSyntaxException malformed) {
      throw new IllegalArgumentException("parse: regex: " + malformed.getMessage(), malformed);
    }
  }

  private static String name(JsonNode fields, String member) {
    return required(fields, member).toLowerCase(Locale.ROOT);
  }

  static String required(JsonNode fields, String member) {
    String text = text(fields, member);
    if (text == null) {
      throw new IllegalArgumentException("parse: " + member + " is missing");
    }
    return text;
  }

  static @Nullable String text(JsonNode fields, String member) {
    JsonNode value = fields.get(member);
    return value == null || value.isNull() ? null : value.asString("");
  }

  /** A URL made of parts that are escaped already. */
  static URI uri(String scheme, String authority, String path, @Nullable String query) {
    return URI.create(
        scheme + "://" + authority + path + (query == null || query.isEmpty() ? "" : '?' + query));
  }

  static String decoded(String text) {
    try {
      return java.net.URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return text;
    }
  }
}
