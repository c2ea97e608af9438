package io.portcullis.proxy.routing;

import io.portcullis.core.entity.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One path of a route, or a route without paths: what is ordered and looked up. A route with
 * several paths is several entries, each with a priority of its own.
 */
final class RouteEntry implements Comparable<RouteEntry> {
  private static final int MOST_HEADERS = 0xff;
  private static final long MOST_REGEX_PRIORITY = 0xffff_ffffL;
  private static final int LONGEST_PREFIX = 0x7ffff;

  private final Route route;
  private final RouteConditions conditions;
  private final @Nullable String prefix;
  private final @Nullable PathRegex regex;
  private final int place;
  private final long priority;

  /**
   * What the entry stands for under one configuration of services and plugins. Written by whoever
   * needs it first; threads may race, and each sees either none or one that is whole and carries
   * the stamp to check.
   */
  private @Nullable Resolution resolution;

  private RouteEntry(
      Route route,
      RouteConditions conditions,
      @Nullable String prefix,
      @Nullable PathRegex regex,
      int place) {
    this.route = route;
    this.conditions = conditions;
    this.prefix = prefix;
    this.regex = regex;
    this.place = place;
    this.priority = priority(route, conditions, prefix, regex);
  }

  /**
   * The entries of a route.
   *
   * @throws IllegalArgumentException if a regex or a host cannot be understood
   */
  static List<RouteEntry> of(Route route) {
    RouteConditions conditions = new RouteConditions(route);
    if (route.paths().isEmpty()) {
      return List.of(new RouteEntry(route, conditions, null, null, 0));
    }
    List<RouteEntry> entries = new ArrayList<>(route.paths().size());
    for (String path : route.paths()) {
      boolean regex = path.startsWith("~");
      entries.add(
          new RouteEntry(
              route,
              conditions,
              regex ? null : path,
              regex ? new PathRegex(path.substring(1)) : null,
              entries.size()));
    }
    return entries;
  }

  Route route() {
    return route;
  }

  RouteConditions conditions() {
    return conditions;
  }

  /** The path as configured; null for a route without paths. */
  @Nullable String path() {
    return route.paths().isEmpty() ? null : route.paths().get(place);
  }

  /** Kong's 64 bits, to be compared without sign. */
  long priority() {
    return priority;
  }

  /** Where the entry stands in a tree of paths: what each path begins with that it can take. */
  String treeKey() {
    if (prefix != null) {
      return prefix;
    }
    return regex == null ? "" : regex.literal();
  }

  /**
   * Whether it takes a request whose host fits and whose path begins with {@link #treeKey}.
   *
   * @param host in lower case
   */
  boolean takes(RouteQuery query, String host) {
    return conditions.passes(query, host) && (regex == null || regex.matches(query.path()));
  }

  boolean pathFits(String path) {
    return prefix != null ? path.startsWith(prefix) : regex == null || regex.matches(path);
  }

  /** The answer for a request that this entry takes. */
  RouteMatch.Matched match(CompiledRoute compiled, String path) {
    if (regex == null) {
      return new RouteMatch.Matched(compiled, prefix == null ? "/" : prefix, Map.of());
    }
    PathRegex.Found found = regex.find(path);
    return found == null
        ? new RouteMatch.Matched(compiled, "/", Map.of())
        : new RouteMatch.Matched(compiled, found.matched(), found.captures());
  }

  boolean isRegex() {
    return regex != null;
  }

  @Nullable Resolution resolution() {
    return resolution;
  }

  void resolution(Resolution resolved) {
    resolution = resolved;
  }

  /** Highest priority first; of equals the larger route id, then the path that is listed first. */
  @Override
  public int compareTo(RouteEntry other) {
    int order = Long.compareUnsigned(other.priority, priority);
    if (order == 0) {
      order = compare(other.route.id(), route.id());
    }
    return order == 0 ? Integer.compare(place, other.place) : order;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RouteEntry entry
        && priority == entry.priority
        && place == entry.place
        && route.id().equals(entry.route.id());
  }

  @Override
  public int hashCode() {
    return route.id().hashCode() + place;
  }

  /** As their text compares. */
  private static int compare(UUID left, UUID right) {
    int order = Long.compareUnsigned(left.getMostSignificantBits(), right.getMostSignificantBits());
    return order == 0
        ? Long.compareUnsigned(left.getLeastSignificantBits(), right.getLeastSignificantBits())
        : order;
  }

  private static long priority(
      Route route, RouteConditions conditions, @Nullable String prefix, @Nullable PathRegex regex) {
    long kinds = (long) conditions.kinds() + (route.paths().isEmpty() ? 0 : 1);
    long bits = kinds << 61;
    if (conditions.plainHosts()) {
      bits |= 1L << 60;
    }
    bits |= (long) Math.min(conditions.headerCount(), MOST_HEADERS) << 52;
    if (regex != null) {
      bits |= 1L << 51;
      bits |= Math.clamp(route.regexPriority(), 0, MOST_REGEX_PRIORITY) << 19;
    }
    return prefix == null ? bits : bits | Math.min(prefix.length(), LONGEST_PREFIX);
  }

  /**
   * What an entry stands for.
   *
   * @param stamp of the services and plugins that it was made from
   * @param route null when its service is missing or disabled: then it takes no request
   * @param match the whole answer, if it is the same for every path
   */
  record Resolution(
      long stamp, @Nullable CompiledRoute route, RouteMatch.@Nullable Matched match) {}
}
