package io.portcullis.proxy.routing;

import io.portcullis.proxy.persistent.PersistentMap;
import io.portcullis.proxy.persistent.PrefixTree;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the entries that may take a request: by host, then along its path. What is left to look at
 * are the entries of that host whose path begins like the request's. Immutable; a change shares all
 * that it does not touch.
 *
 * @param plain by host in lower case
 * @param suffixes by the end of the host, reversed
 * @param prefixes by the start of the host
 * @param anyHost of routes without hosts
 */
record RouteIndex(
    PersistentMap<String, PrefixTree<RouteEntry[]>> plain,
    PrefixTree<PrefixTree<RouteEntry[]>> suffixes,
    PrefixTree<PrefixTree<RouteEntry[]>> prefixes,
    PrefixTree<RouteEntry[]> anyHost) {

  static RouteIndex empty() {
    return new RouteIndex(
        PersistentMap.empty(), PrefixTree.empty(), PrefixTree.empty(), PrefixTree.empty());
  }

  RouteIndex with(List<RouteEntry> entries) {
    RouteIndex index = this;
    for (RouteEntry entry : entries) {
      index = index.change(entry, true);
    }
    return index;
  }

  RouteIndex without(List<RouteEntry> entries) {
    RouteIndex index = this;
    for (RouteEntry entry : entries) {
      index = index.change(entry, false);
    }
    return index;
  }

  /** The entry that takes the request, or null. Allocates nothing of its own. */
  @Nullable RouteEntry find(RouteQuery query, RoutingTable serving) {
    String path = query.path();
    String host = NamePattern.fold(query.host());
    RouteEntry best = null;
    PrefixTree<RouteEntry[]> ofHost = plain.isEmpty() ? null : plain.get(host);
    if (ofHost != null) {
      best = search(ofHost, query, host, path, serving, best);
    }
    if (!suffixes.isEmpty()) {
      for (var node = suffixes.root(); node != null; node = node.nextBackwards(host)) {
        PrefixTree<RouteEntry[]> paths = node.value();
        if (paths != null) {
          best = search(paths, query, host, path, serving, best);
        }
      }
    }
    if (!prefixes.isEmpty()) {
      for (var node = prefixes.root(); node != null; node = node.next(host)) {
        PrefixTree<RouteEntry[]> paths = node.value();
        if (paths != null) {
          best = search(paths, query, host, path, serving, best);
        }
      }
    }
    return search(anyHost, query, host, path, serving, best);
  }

  private static @Nullable RouteEntry search(
      PrefixTree<RouteEntry[]> paths,
      RouteQuery query,
      String host,
      String path,
      RoutingTable serving,
      @Nullable RouteEntry bestSoFar) {
    RouteEntry best = bestSoFar;
    for (var node = paths.root(); node != null; node = node.next(path)) {
      RouteEntry[] entries = node.value();
      if (entries == null) {
        continue;
      }
      for (RouteEntry entry : entries) {
        if (best != null && best.compareTo(entry) <= 0) {
          break;
        }
        if (entry.takes(query, host) && serving.serves(entry)) {
          best = entry;
          break;
        }
      }
    }
    return best;
  }

  private RouteIndex change(RouteEntry entry, boolean add) {
    NamePattern[] hosts = entry.conditions().hosts();
    if (hosts.length == 0) {
      return new RouteIndex(plain, suffixes, prefixes, change(anyHost, entry, add));
    }
    // The same name at two ports is one place.
    Set<NamePattern> places = new LinkedHashSet<>();
    for (NamePattern host : hosts) {
      places.add(new NamePattern(host.kind(), host.text(), 0));
    }
    RouteIndex index = this;
    for (NamePattern place : places) {
      index = index.change(place, entry, add);
    }
    return index;
  }

  private RouteIndex change(NamePattern place, RouteEntry entry, boolean add) {
    return switch (place.kind()) {
      case PLAIN -> {
        PrefixTree<RouteEntry[]> known = plain.get(place.text());
        PrefixTree<RouteEntry[]> changed = change(orEmpty(known), entry, add);
        yield new RouteIndex(
            changed.isEmpty() ? plain.without(place.text()) : plain.with(place.text(), changed),
            suffixes,
            prefixes,
            anyHost);
      }
      case SUFFIX -> {
        String key = new StringBuilder(place.text()).reverse().toString();
        yield new RouteIndex(plain, change(suffixes, key, entry, add), prefixes, anyHost);
      }
      case PREFIX ->
          new RouteIndex(plain, suffixes, change(prefixes, place.text(), entry, add), anyHost);
    };
  }

  private static PrefixTree<PrefixTree<RouteEntry[]>> change(
      PrefixTree<PrefixTree<RouteEntry[]>> hosts, String key, RouteEntry entry, boolean add) {
    PrefixTree<RouteEntry[]> changed = change(orEmpty(hosts.get(key)), entry, add);
    return changed.isEmpty() ? hosts.without(key) : hosts.with(key, changed);
  }

  private static PrefixTree<RouteEntry[]> orEmpty(@Nullable PrefixTree<RouteEntry[]> paths) {
    return paths == null ? PrefixTree.empty() : paths;
  }

  private static PrefixTree<RouteEntry[]> change(
      PrefixTree<RouteEntry[]> paths, RouteEntry entry, boolean add) {
    String key = entry.treeKey();
    RouteEntry[] known = paths.get(key);
    if (known == null) {
      return add ? paths.with(key, new RouteEntry[] {entry}) : paths;
    }
    int at = Arrays.binarySearch(known, entry);
    if (add) {
      return paths.with(key, at >= 0 ? known : inserted(known, -at - 1, entry));
    }
    if (at < 0) {
      return paths;
    }
    return known.length == 1 ? paths.without(key) : paths.with(key, removed(known, at));
  }

  private static RouteEntry[] inserted(RouteEntry[] known, int at, RouteEntry entry) {
    RouteEntry[] more = new RouteEntry[known.length + 1];
    System.arraycopy(known, 0, more, 0, at);
    more[at] = entry;
    System.arraycopy(known, at, more, at + 1, known.length - at);
    return more;
  }

  private static RouteEntry[] removed(RouteEntry[] known, int at) {
    RouteEntry[] fewer = Arrays.copyOf(known, known.length - 1);
    System.arraycopy(known, at + 1, fewer, at, fewer.length - at);
    return fewer;
  }
}
