package io.portcullis.admin.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The arguments of a query string or urlencoded body, decoded, in the order they were sent.
 *
 * @param pairs at most {@value #LIMIT}
 */
public record Arguments(List<Argument> pairs) {
  /** More than these are refused, as in Kong. */
  public static final int LIMIT = 1000;

  /**
   * One name and its value.
   *
   * @param bare true for {@code flag} without {@code =}; Kong reads it as the boolean true
   */
  public record Argument(String name, String value, boolean bare) {}

  public Arguments {
    pairs = List.copyOf(pairs);
  }

  /** Parses {@code a=1&b=2}; empty pieces and pieces without a name are dropped. */
  public static Arguments parse(String encoded) {
    List<Argument> pairs = new ArrayList<>();
    int start = 0;
    while (start < encoded.length()) {
      int end = encoded.indexOf('&', start);
      if (end < 0) {
        end = encoded.length();
      }
      int equals = encoded.indexOf('=', start);
      boolean bare = equals < 0 || equals >= end;
      String name = PercentEncoding.decodeArgument(encoded.substring(start, bare ? end : equals));
      if (!name.isEmpty()) {
        if (pairs.size() == LIMIT) {
          throw Refusal.message(400, "Too many arguments");
        }
        String value =
            bare ? "" : PercentEncoding.decodeArgument(encoded.substring(equals + 1, end));
        pairs.add(new Argument(name, value, bare));
      }
      start = end + 1;
    }
    return new Arguments(pairs);
  }

  /** The first value under a name; a bare name counts as the empty text. */
  public Optional<String> first(String name) {
    return pairs.stream().filter(pair -> pair.name().equals(name)).map(Argument::value).findFirst();
  }

  /** Whether the name occurs more than once. */
  public boolean repeats(String name) {
    return pairs.stream().filter(pair -> pair.name().equals(name)).limit(2).count() == 2;
  }
}
