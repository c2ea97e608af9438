package io.portcullis.krakend.convert;

import io.portcullis.krakend.file.Position;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a file says, in the gateway's own words.
 *
 * @param document a declarative document
 * @param settings of the process, by their keys: what the file says of ports and logs
 * @param findings in the file's order
 * @param routes where each route of the document comes from
 */
public record Converted(
    ObjectNode document,
    Map<String, String> settings,
    List<Finding> findings,
    List<Position> routes) {
  private static final Pattern ROUTE = Pattern.compile("routes\\.(\\d{1,6})(\\..*)?");

  public Converted {
    settings = Map.copyOf(settings);
    findings = List.copyOf(findings);
    routes = List.copyOf(routes);
  }

  /** Those of one severity. */
  public List<Finding> findings(Finding.Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).toList();
  }

  /** Whether it cannot be served. */
  public boolean isBroken() {
    return !findings(Finding.Severity.ERROR).isEmpty();
  }

  /**
   * Where something of the document comes from.
   *
   * @param path dotted, list entries counted from 1: {@code routes.1.plugins.1.config}
   */
  public Position placeOf(String path) {
    Matcher route = ROUTE.matcher(path);
    int index = route.matches() ? Integer.parseInt(route.group(1)) - 1 : -1;
    return index >= 0 && index < routes.size() ? routes.get(index) : Position.START;
  }
}
