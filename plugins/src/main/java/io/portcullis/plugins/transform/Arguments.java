package io.portcullis.plugins.transform;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Arguments of a query or a form, in order, decoded; repeated ones stay apart. Names and values are
 * {@linkplain OctetText octets}. Belongs to one exchange.
 */
public final class Arguments {
  private static final String UNRESERVED = "-._~";

  private final List<Argument> all = new ArrayList<>();

  /** Reads a query without its question mark, or a form; null is none. */
  public static Arguments parse(@Nullable String encoded) {
    Arguments arguments = new Arguments();
    String text = encoded == null ? "" : encoded;
    int at = 0;
    while (at < text.length()) {
      int ampersand = text.indexOf('&', at);
      int end = ampersand < 0 ? text.length() : ampersand;
      if (end > at) {
        int equals = text.indexOf('=', at);
        boolean bare = equals < 0 || equals > end;
        arguments.all.add(
            new Argument(
                decoded(text, at, bare ? end : equals),
                bare ? null : decoded(text, equals + 1, end)));
      }
      at = end + 1;
    }
    return arguments;
  }

  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** The first of that name: its value, true when it has no equals sign, or null. */
  public @Nullable Object first(String name) {
    for (Argument argument : all) {
      if (argument.name.equals(name)) {
        return argument.value == null ? true : argument.value;
      }
    }
    return null;
  }

  /** Adds all of these behind the ones that are here. */
  public void addAll(Arguments others) {
    all.addAll(others.all);
  }

  /** Orders them by name, as Kong sends a query that it changed; repeated ones keep their order. */
  public Arguments sorted() {
    all.sort(Comparator.comparing(Argument::name));
    return this;
  }

  /** All but letters, digits and {@code -._~} as percent escapes; joined by ampersands. */
  public String encoded() {
    StringBuilder text = new StringBuilder();
    for (Argument argument : all) {
      if (!text.isEmpty()) {
        text.append('&');
      }
      encode(argument.name, text);
      if (argument.value != null) {
        encode(argument.value, text.append('='));
      }
    }
    return text.toString();
  }

  boolean contains(String name) {
    return first(name) != null;
  }

  boolean remove(String name) {
    return all.removeIf(argument -> argument.name.equals(name));
  }

  void add(String name, String value) {
    all.add(new Argument(name, value));
  }

  /** Makes the value the only one of that name, in the place of the first. */
  void set(String name, String value) {
    int place = 0;
    while (place < all.size() && !all.get(place).name.equals(name)) {
      place++;
    }
    remove(name);
    all.add(Math.min(place, all.size()), new Argument(name, value));
  }

  /** Gives all arguments of a name another one, in whose place they come. */
  boolean rename(String from, String to) {
    if (!contains(from)) {
      return false;
    }
    if (!from.equals(to)) {
      remove(to);
      all.replaceAll(
          argument -> argument.name.equals(from) ? new Argument(to, argument.value) : argument);
    }
    return true;
  }

  private static void encode(String octets, StringBuilder target) {
    for (int i = 0; i < octets.length(); i++) {
      char c = octets.charAt(i);
      if (c >= '0' && c <= '9'
          || c >= 'a' && c <= 'z'
          || c >= 'A' && c <= 'Z'
          || UNRESERVED.indexOf(c) >= 0) {
        target.append(c);
      } else {
        OctetText.percent(c, target);
      }
    }
  }

  /** A broken escape stands for itself. */
  private static String decoded(String text, int from, int to) {
    int special = from;
    while (special < to && text.charAt(special) != '%' && text.charAt(special) != '+') {
      special++;
    }
    if (special == to) {
      return text.substring(from, to);
    }
    StringBuilder octets = new StringBuilder(to - from);
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      int high = c == '%' && i + 2 < to ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = high >= 0 ? Character.digit(text.charAt(i + 2), 16) : -1;
      if (low >= 0) {
        octets.append((char) (high << 4 | low));
        i += 2;
      } else {
        octets.append(c == '+' ? ' ' : c);
      }
    }
    return octets.toString();
  }

  private record Argument(String name, @Nullable String value) {}
}
