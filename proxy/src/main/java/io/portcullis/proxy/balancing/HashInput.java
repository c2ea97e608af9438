package io.portcullis.proxy.balancing;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Credential;
import io.portcullis.core.entity.HashKey;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.Request;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What of a request decides its target in consistent hashing. Immutable, thread-safe. */
final class HashInput {
  /** Stands for a request that has no value. */
  static final long ABSENT = 0;

  private static final long FNV_START = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final HashKey first;
  private final HashKey fallback;
  private final String cookiePath;
  private final Supplier<String> cookieValues;

  /**
   * @param fallback asked when the first has no value
   * @param cookiePath path of the cookie that clients without one get
   * @param cookieValues makes values for it
   */
  HashInput(HashKey first, HashKey fallback, String cookiePath, Supplier<String> cookieValues) {
    this.first = lowerCase(first);
    this.fallback = lowerCase(fallback);
    this.cookiePath = cookiePath;
    this.cookieValues = cookieValues;
  }

  /** Header names are looked up in lower case. */
  private static HashKey lowerCase(HashKey key) {
    return key.input() == HashKey.Input.HEADER && key.name() != null
        ? new HashKey(key.input(), key.name().toLowerCase(Locale.ROOT))
        : key;
  }

  /** The hash of a request's value, or {@link #ABSENT}. */
  long of(@Nullable Exchange exchange) {
    if (exchange == null) {
      return ABSENT;
    }
    long hash = of(first, exchange);
    return hash == ABSENT ? of(fallback, exchange) : hash;
  }

  private long of(HashKey key, Exchange exchange) {
    Request request = exchange.request();
    String name = key.name() == null ? "" : key.name();
    return switch (key.input()) {
      case NONE -> ABSENT;
      case CONSUMER -> ofConsumer(exchange);
      case IP -> hash(exchange.clientAddress());
      case HEADER -> ofAll(request.headers().all(name));
      case COOKIE -> ofCookie(name, exchange);
      case PATH -> hash(request.path());
      case QUERY_ARG -> ofArgument(name, request);
      case URI_CAPTURE -> {
        String capture = request.captures().get(name);
        yield capture == null || capture.isEmpty() ? ABSENT : hash(capture);
      }
    };
  }

  private static long ofConsumer(Exchange exchange) {
    Consumer consumer = exchange.consumer();
    Credential credential = exchange.credential();
    if (consumer != null) {
      return ofIdentifier(
          consumer.id().getMostSignificantBits(), consumer.id().getLeastSignificantBits());
    }
    if (credential != null) {
      return ofIdentifier(
          credential.id().getMostSignificantBits(), credential.id().getLeastSignificantBits());
    }
    return ABSENT;
  }

  private static long ofIdentifier(long most, long least) {
    return finished(mix(most) ^ least);
  }

  private static long ofArgument(String name, Request request) {
    List<String> values = request.queryValues(name);
    if (values.isEmpty()) {
      return request.hasBareQueryArgument(name) ? hash("true") : ABSENT;
    }
    return values.size() == 1 ? hash(values.getFirst()) : ofAll(values.stream().sorted().toList());
  }

  private static long ofAll(List<String> values) {
    if (values.isEmpty()) {
      return ABSENT;
    }
    long hash = FNV_START;
    for (int i = 0; i < values.size(); i++) {
      hash = i == 0 ? hash : add(hash, ",");
      hash = add(hash, values.get(i));
    }
    return finished(hash);
  }

  private long ofCookie(String name, Exchange exchange) {
    String sent = cookie(exchange.request(), name);
    if (sent != null && !sent.isEmpty()) {
      return hash(sent);
    }
    StickyCookie given = exchange.get(StickyCookie.KEY);
    if (given == null) {
      given = new StickyCookie(name, cookieValues.get(), cookiePath);
      exchange.put(StickyCookie.KEY, given);
    }
    return hash(given.value());
  }

  private static @Nullable String cookie(Request request, String name) {
    for (String line : request.headers().all("cookie")) {
      int at = 0;
      while (at < line.length()) {
        int end = line.indexOf(';', at);
        end = end < 0 ? line.length() : end;
        int start = at;
        while (start < end && line.charAt(start) == ' ') {
          start++;
        }
        if (line.startsWith(name, start)
            && start + name.length() < end
            && line.charAt(start + name.length()) == '=') {
          return line.substring(start + name.length() + 1, end).strip();
        }
        at = end + 1;
      }
    }
    return null;
  }

  /** The hash of a text; never {@link #ABSENT}. */
  static long hash(String text) {
    return finished(add(FNV_START, text));
  }

  private static long add(long before, String text) {
    long hash = before;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    return hash;
  }

  private static long finished(long hash) {
    long mixed = mix(hash);
    return mixed == ABSENT ? 1 : mixed;
  }

  /** Spreads every bit over all others (SplitMix64). */
  static long mix(long bits) {
    long z = bits + 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
