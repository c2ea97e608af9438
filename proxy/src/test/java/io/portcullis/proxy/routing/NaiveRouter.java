package io.portcullis.proxy.routing;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.portcullis.core.entity.Route;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The router as its documentation has it: all routes in one list, sorted by the documented number,
 * asked one after the other. Slow, and independent of the real one.
 */
final class NaiveRouter {
  private final List<Candidate> candidates = new ArrayList<>();

  NaiveRouter(List<Route> routes) {
    for (Route route : routes) {
      if (route.paths().isEmpty()) {
        candidates.add(new Candidate(route, null, 0));
      }
      for (int i = 0; i < route.paths().size(); i++) {
        candidates.add(new Candidate(route, route.paths().get(i), i));
      }
    }
    candidates.sort(
        Comparator.comparing(Candidate::number)
            .thenComparing(candidate -> candidate.route.id().toString())
            .reversed()
            .thenComparing(candidate -> candidate.place));
  }

  /** Name of the route and what it took of the path. */
  Optional<String> match(RouteQuery query) {
    for (Candidate candidate : candidates) {
      String matched = candidate.matches(query);
      if (matched != null) {
        return Optional.of(candidate.route.name() + " " + matched);
      }
    }
    return Optional.empty();
  }

  private record Candidate(Route route, String path, int place) {
    boolean regex() {
      return path != null && path.startsWith("~");
    }

    BigInteger number() {
      int kinds = 0;
      kinds += route.methods().isEmpty() ? 0 : 1;
      kinds += route.hosts().isEmpty() ? 0 : 1;
      kinds += route.headers().isEmpty() ? 0 : 1;
      kinds += route.snis().isEmpty() ? 0 : 1;
      kinds += path == null ? 0 : 1;
      boolean plain =
          !route.hosts().isEmpty() && route.hosts().stream().noneMatch(h -> h.contains("*"));
      BigInteger number = BigInteger.valueOf(kinds).shiftLeft(61);
      number = number.add(BigInteger.valueOf(plain ? 1 : 0).shiftLeft(60));
      number = number.add(BigInteger.valueOf(Math.min(255, route.headers().size())).shiftLeft(52));
      if (regex()) {
        number = number.add(BigInteger.ONE.shiftLeft(51));
        return number.add(BigInteger.valueOf(route.regexPriority()).shiftLeft(19));
      }
      return path == null ? number : number.add(BigInteger.valueOf(path.length()));
    }

    String matches(RouteQuery query) {
      boolean fits =
          (route.methods().isEmpty() || route.methods().contains(query.method()))
              && (route.hosts().isEmpty()
                  || route.hosts().stream().anyMatch(host -> host(host, query)))
              && route.headers().entrySet().stream().allMatch(header -> header(header, query))
              && (route.snis().isEmpty()
                  || !query.secure()
                  || query.sni() != null
                      && route.snis().stream().anyMatch(sni -> name(sni, query.sni())));
      if (!fits) {
        return null;
      }
      if (path == null) {
        return "/";
      }
      if (!regex()) {
        return query.path().startsWith(path) ? path : null;
      }
      Matcher matcher = Pattern.compile("^(?:" + path.substring(1) + ")").matcher(query.path());
      return matcher.find() ? matcher.group() : null;
    }

    private static boolean host(String host, RouteQuery query) {
      int colon = host.indexOf(':');
      if (colon < 0) {
        return name(host, query.host());
      }
      return Integer.parseInt(host.substring(colon + 1)) == query.port()
          && name(host.substring(0, colon), query.host());
    }

    private static boolean name(String pattern, String name) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (pattern.startsWith("*")) {
        return lower.endsWith(pattern.substring(1));
      }
      return pattern.endsWith("*")
          ? lower.startsWith(pattern.substring(0, pattern.length() - 1))
          : lower.equals(pattern);
    }

    private static boolean header(Map.Entry<String, List<String>> header, RouteQuery query) {
      return query.headers().all(header.getKey()).stream()
          .anyMatch(sent -> header.getValue().stream().anyMatch(sent::equalsIgnoreCase));
    }
  }
}
