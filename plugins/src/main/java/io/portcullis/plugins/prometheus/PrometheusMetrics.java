package io.portcullis.plugins.prometheus;

import io.portcullis.core.plugin.MetricsPage;
import io.portcullis.core.plugin.NodeInformation;

/**
 * The {@code kong_*} part of the metrics page: the node's own series always, the request series
 * while some {@code prometheus} configuration is enabled. Names, labels and types are Kong 3.9's.
 */
public final class PrometheusMetrics implements MetricsPage {
  private static final String CONNECTIONS = "kong_nginx_connections_total";
  private static final String TIMERS = "kong_nginx_timers";
  private static final String HEALTH = "kong_upstream_target_health";

  private final String nodeId;
  private final String version;
  private final GatewayStatistics statistics;
  private final RequestMetrics requests;

  /**
   * The page of one node.
   *
   * @param requests the one that plugin handlers get as {@code shared}
   */
  public PrometheusMetrics(
      NodeInformation node, GatewayStatistics statistics, RequestMetrics requests) {
    this.nodeId = Labels.escaped(node.nodeId().toString());
    this.version =
        Labels.escaped(node.serverToken().substring(node.serverToken().indexOf('/') + 1));
    this.statistics = statistics;
    this.requests = requests;
  }

  @Override
  public void append(StringBuilder page) {
    RequestMetrics.head(
        page, "kong_datastore_reachable", "gauge", "1 if the database answers, else 0.");
    page.append("kong_datastore_reachable ")
        .append(statistics.datastoreReachable() ? 1 : 0)
        .append('\n');
    appendConnections(page);
    RequestMetrics.head(
        page, "kong_nginx_metric_errors_total", "counter", "Samples that could not be kept.");
    page.append("kong_nginx_metric_errors_total ").append(requests.errors()).append('\n');
    RequestMetrics.head(page, "kong_nginx_requests_total", "gauge", "Requests since the start.");
    page.append("kong_nginx_requests_total{node_id=\"").append(nodeId);
    page.append("\",subsystem=\"http\"} ").append(statistics.requests()).append('\n');
    RequestMetrics.head(page, TIMERS, "gauge", "Tasks of the scheduler by state.");
    page.append(TIMERS).append("{state=\"pending\"} ").append(statistics.pendingTimers());
    page.append('\n');
    page.append(TIMERS).append("{state=\"running\"} ").append(statistics.runningTimers());
    page.append('\n');
    RequestMetrics.head(page, "kong_node_info", "gauge", "What runs here.");
    page.append("kong_node_info{node_id=\"").append(nodeId).append("\",version=\"");
    page.append(version).append("\"} 1\n");
    requests.append(page);
    if (requests.showsHealth()) {
      appendHealth(page);
    }
  }

  private void appendConnections(StringBuilder page) {
    GatewayStatistics.Connections connections = statistics.connections();
    RequestMetrics.head(page, CONNECTIONS, "gauge", "Client connections by state.");
    connection(page, "accepted", connections.accepted());
    connection(page, "active", connections.active());
    connection(page, "handled", connections.handled());
    connection(page, "reading", connections.reading());
    connection(page, "total", statistics.requests());
    connection(page, "waiting", connections.waiting());
    connection(page, "writing", connections.writing());
  }

  private void connection(StringBuilder page, String state, long value) {
    page.append(CONNECTIONS).append("{node_id=\"").append(nodeId);
    page.append("\",subsystem=\"http\",state=\"").append(state).append("\"} ");
    page.append(value).append('\n');
  }

  private void appendHealth(StringBuilder page) {
    RequestMetrics.head(
        page, HEALTH, "gauge", "Health of each address of a target: 1 for the state it is in.");
    for (GatewayStatistics.TargetHealth target : statistics.targets()) {
      for (GatewayStatistics.State state : GatewayStatistics.State.values()) {
        page.append(HEALTH).append("{upstream=\"").append(Labels.escaped(target.upstream()));
        page.append("\",target=\"").append(Labels.escaped(target.target()));
        page.append("\",address=\"").append(Labels.escaped(target.address()));
        page.append("\",state=\"").append(state.label()).append("\",subsystem=\"http\"} ");
        page.append(state == target.state() ? 1 : 0).append('\n');
      }
    }
  }
}
