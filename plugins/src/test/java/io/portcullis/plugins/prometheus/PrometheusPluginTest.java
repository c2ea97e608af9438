package io.portcullis.plugins.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.entity.Consumer;
import io.portcullis.core.entity.Route;
import io.portcullis.core.entity.Service;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.FakeLog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PrometheusPluginTest {
  private static final String ALL =
      "{'per_consumer':true,'status_code_metrics':true,'latency_metrics':true,"
          + "'bandwidth_metrics':true}";

  private final FakeGateway gateway = new FakeGateway();
  private final Route route = FakeGateway.route("r");
  private final Service service = FakeGateway.service("svc");

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void without_any_configuration_the_page_shows_the_node() {
    assertThat(page())
        .contains(
            "# TYPE kong_node_info gauge\n"
                + "kong_node_info{node_id=\"00000000-0000-4000-8000-00000000000a\","
                + "version=\"3.9.1\"} 1\n")
        .contains("# TYPE kong_datastore_reachable gauge\nkong_datastore_reachable 1\n")
        .contains(
            "kong_nginx_connections_total{node_id=\"00000000-0000-4000-8000-00000000000a\","
                + "subsystem=\"http\",state=\"active\"} 3\n")
        .contains(
            "kong_nginx_requests_total{node_id=\"00000000-0000-4000-8000-00000000000a\","
                + "subsystem=\"http\"} 77\n")
        .contains("kong_nginx_timers{state=\"running\"} 8\n")
        .contains("kong_nginx_metric_errors_total 0\n")
        .doesNotContain("kong_http_requests_total", "kong_upstream_target_health");
  }

  @Test
  void every_series_has_the_labels_that_dashboards_know() {
    PluginHandler handler = start(ALL);
    Consumer consumer = gateway.consumer("prom-user", null);
    handler.log(FakeLog.answered(route, service, 200).by(consumer));
    handler.log(FakeLog.answered(route, service, 200).by(consumer));
    handler.log(FakeLog.answered(route, service, 401).refused());

    String names = "service=\"svc\",route=\"r\",";
    assertThat(page())
        .contains(
            "# TYPE kong_http_requests_total counter\n",
            "kong_http_requests_total{"
                + names
                + "code=\"200\",source=\"service\","
                + "workspace=\"default\",consumer=\"prom-user\"} 2\n",
            "kong_http_requests_total{"
                + names
                + "code=\"401\",source=\"kong\","
                + "workspace=\"default\",consumer=\"\"} 1\n",
            "# TYPE kong_bandwidth_bytes counter\n",
            "kong_bandwidth_bytes{"
                + names
                + "direction=\"egress\",workspace=\"default\",consumer=\"prom-user\"} 600\n",
            "kong_bandwidth_bytes{"
                + names
                + "direction=\"ingress\",workspace=\"default\",consumer=\"prom-user\"} 140\n",
            "# TYPE kong_kong_latency_ms histogram\n",
            "kong_kong_latency_ms_bucket{" + names + "workspace=\"default\",le=\"1\"} 2\n",
            "kong_kong_latency_ms_bucket{" + names + "workspace=\"default\",le=\"2\"} 3\n",
            "kong_kong_latency_ms_bucket{" + names + "workspace=\"default\",le=\"+Inf\"} 3\n",
            "kong_kong_latency_ms_count{" + names + "workspace=\"default\"} 3\n",
            "kong_kong_latency_ms_sum{" + names + "workspace=\"default\"} 4\n",
            "kong_upstream_latency_ms_bucket{" + names + "workspace=\"default\",le=\"25\"} 0\n",
            "kong_upstream_latency_ms_count{" + names + "workspace=\"default\"} 2\n",
            "kong_request_latency_ms_count{" + names + "workspace=\"default\"} 3\n");
  }

  @Test
  void consumers_are_told_apart_only_on_request() {
    start("{'status_code_metrics':true}")
        .log(FakeLog.answered(route, service, 200).by(gateway.consumer("a", null)));

    assertThat(page())
        .contains("code=\"200\",source=\"service\",workspace=\"default\",consumer=\"\"} 1");
  }

  @Test
  void requests_without_a_route_are_not_counted_and_a_missing_service_has_an_empty_name() {
    PluginHandler handler = start(ALL);
    handler.log(FakeLog.answered(null, null, 404).refused());
    handler.log(FakeLog.answered(route, null, 503).refused());

    assertThat(page())
        .contains("kong_http_requests_total{service=\"\",route=\"r\",code=\"503\"")
        .doesNotContain("code=\"404\"");
  }

  @Test
  void names_are_escaped() {
    start(ALL).log(FakeLog.answered(FakeGateway.route("a\\\\b"), service, 200));

    assertThat(page()).contains("route=\"a\\\\b\"");
  }

  @Test
  void request_series_are_withheld_while_no_configuration_is_enabled() {
    PluginHandler handler = start(ALL);
    handler.log(FakeLog.answered(route, service, 200));
    handler.close();
    assertThat(page()).doesNotContain("kong_http_requests_total");
    start("{}");

    assertThat(page()).contains("kong_http_requests_total{");
  }

  @Test
  void a_changed_route_keeps_counting_under_its_new_name() {
    PluginHandler handler = start("{'status_code_metrics':true}");
    handler.log(FakeLog.answered(route, service, 200));
    Route renamed = Route.of(FakeGateway.json("{'id':'" + route.id() + "','name':'renamed'}"));
    handler.log(FakeLog.answered(renamed, service, 200));

    assertThat(page())
        .contains("route=\"r\",code=\"200\"")
        .contains("route=\"renamed\",code=\"200\"");
  }

  @Test
  void health_is_one_for_the_state_that_an_address_is_in() {
    start("{'upstream_health_metrics':true}");
    String target =
        "kong_upstream_target_health{upstream=\"u\",target=\"h.test:80\",address=\"10.0.0.1:80\",";

    assertThat(page())
        .contains(target + "state=\"healthchecks_off\",subsystem=\"http\"} 0\n")
        .contains(target + "state=\"healthy\",subsystem=\"http\"} 0\n")
        .contains(target + "state=\"unhealthy\",subsystem=\"http\"} 1\n")
        .contains(target + "state=\"dns_error\",subsystem=\"http\"} 0\n");
  }

  @Test
  void nothing_is_lost_when_threads_count_at_once() throws InterruptedException {
    PluginHandler handler = start(ALL);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int status = 200 + i % 2;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int k = 0; k < 5_000; k++) {
                      handler.log(FakeLog.answered(route, service, status));
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(page())
        .contains("code=\"200\",source=\"service\",workspace=\"default\",consumer=\"\"} 10000\n")
        .contains("code=\"201\",source=\"service\",workspace=\"default\",consumer=\"\"} 10000\n")
        .contains(
            "kong_request_latency_ms_count{service=\"svc\",route=\"r\",workspace=\"default\"}"
                + " 20000\n");
  }

  private PluginHandler start(String config) {
    return gateway.start(new PrometheusPlugin(), config);
  }

  private String page() {
    StringBuilder page = new StringBuilder();
    new PrometheusMetrics(
            gateway.node(),
            new FixedStatistics(),
            gateway.shared(RequestMetrics.class, RequestMetrics::new))
        .append(page);
    return page.toString();
  }

  private static final class FixedStatistics implements GatewayStatistics {
    @Override
    public Connections connections() {
      return new Connections(5, 5, 3, 0, 1, 2);
    }

    @Override
    public long requests() {
      return 77;
    }

    @Override
    public int runningTimers() {
      return 8;
    }

    @Override
    public int pendingTimers() {
      return 9;
    }

    @Override
    public boolean datastoreReachable() {
      return true;
    }

    @Override
    public List<TargetHealth> targets() {
      return List.of(new TargetHealth("u", "h.test:80", "10.0.0.1:80", State.UNHEALTHY));
    }
  }
}
