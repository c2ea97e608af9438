package io.portcullis.proxy.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.entity.Change;
import io.portcullis.core.entity.Snapshot;
import io.portcullis.core.entity.StoredEntity;
import io.portcullis.core.entity.UpstreamHealth.Report;
import io.portcullis.core.vault.Environment;
import io.portcullis.core.vault.Vaults;
import io.portcullis.proxy.balancing.ScheduledTimers;
import io.portcullis.proxy.balancing.SocketProber;
import io.portcullis.proxy.balancing.UpstreamBalancer;
import io.portcullis.proxy.balancing.UpstreamBalancers;
import io.portcullis.proxy.routing.Explanation;
import io.portcullis.proxy.routing.Query;
import io.portcullis.proxy.routing.RouteFixture;
import io.portcullis.proxy.routing.RouteMatch;
import io.portcullis.proxy.testkit.GatewayFixture.NamedAddresses;
import io.portcullis.proxy.testkit.TestCertificate;
import io.portcullis.proxy.tls.LiveCertificates;
import io.portcullis.proxy.tls.ServiceTls;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** How stored upstreams and targets become balancers of the table that serves. */
class UpstreamsAtWorkTest {
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final UpstreamBalancers balancers;
  private final ConfigurationModel model;
  private long version;

  UpstreamsAtWorkTest() throws Exception {
    ScheduledTimers timers = new ScheduledTimers(scheduler);
    balancers =
        UpstreamBalancers.of(
            new NamedAddresses(),
            timers,
            new SocketProber(timers, SSLContext.getDefault()),
            Runnable::run);
    model =
        new ConfigurationModel(
            new TestPlugins(),
            Map.of(),
            Runnable::run,
            InstantSource.system(),
            new Vaults(Environment.EMPTY),
            new LiveCertificates(),
            balancers);
    StoredEntity service = StoredRows.service("s", true);
    service.body().put("host", "backend");
    apply(
        put(service),
        put(
            StoredRows.route(
                RouteFixture.route("r").service(RouteFixture.serviceId("s")).paths("/"))));
  }

  @AfterEach
  void stop() {
    balancers.close();
    scheduler.shutdownNow();
  }

  private void apply(Change... changes) {
    model.apply(++version, List.of(changes));
  }

  private Change put(StoredEntity row) {
    return StoredRows.put(version, row);
  }

  private Change delete(StoredEntity row) {
    return StoredRows.delete(version, row);
  }

  private static StoredEntity upstream(String id, String name) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", StoredRows.id(id).toString()).put("name", name);
    return new StoredEntity("upstreams", StoredRows.id(id), json);
  }

  private static StoredEntity target(String upstream, String target) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", StoredRows.id(target).toString()).put("target", target).put("weight", 100);
    json.putObject("upstream").put("id", StoredRows.id(upstream).toString());
    return new StoredEntity("targets", StoredRows.id(target), json);
  }

  private @Nullable UpstreamBalancer serving() {
    RouteMatch match = model.table().match(Query.get("/"));
    return ((RouteMatch.Matched) match).route().upstream();
  }

  private @Nullable ServiceTls tls() {
    RouteMatch match = model.table().match(Query.get("/"));
    return ((RouteMatch.Matched) match).route().tls();
  }

  private static StoredEntity certificate(String id) {
    TestCertificate made = TestCertificate.ecdsa(id + ".test");
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", StoredRows.id(id).toString()).put("cert", made.pem()).put("key", made.keyPem());
    return new StoredEntity("certificates", StoredRows.id(id), json);
  }

  @Test
  void targets_are_shown_the_certificate_of_their_upstream_unless_the_service_has_one() {
    StoredEntity upstream = upstream("u", "backend");
    upstream.body().putObject("client_certificate").put("id", StoredRows.id("c").toString());
    apply(put(upstream), put(certificate("c")));
    ServiceTls shown = tls();
    assertThat(shown).isNotNull();
    StoredEntity service = StoredRows.service("s", true);
    service.body().put("host", "backend").put("retries", 1);
    apply(put(service));
    assertThat(tls()).isEqualTo(shown);
    StoredEntity own = StoredRows.service("s", true);
    own.body().put("host", "backend");
    own.body().putObject("client_certificate").put("id", StoredRows.id("d").toString());
    apply(put(own), put(certificate("d")));
    assertThat(tls()).isNotNull().isNotEqualTo(shown);
    apply(put(service));
    assertThat(tls()).isEqualTo(shown);
    apply(put(upstream("u", "backend")));
    assertThat(tls()).isNull();
    apply(put(upstream));
    assertThat(tls()).isEqualTo(shown);
    apply(delete(upstream));
    assertThat(tls()).isNull();
  }

  private Report report(String upstream) {
    return balancers.report(StoredRows.id(upstream)).orElseThrow();
  }

  @Test
  void a_service_belongs_to_the_upstream_of_its_hosts_name_whichever_comes_first() {
    assertThat(serving()).isNull();
    apply(put(target("u", "10.0.0.1:80")));
    apply(put(upstream("u", "backend")));
    UpstreamBalancer balancer = serving();
    assertThat(balancer).isNotNull();
    assertThat(report("u").targets()).hasSize(1);
    apply(put(target("u", "10.0.0.2:80")));
    assertThat(serving()).isSameAs(balancer);
    assertThat(report("u").targets()).hasSize(2);
    apply(delete(upstream("u", "backend")));
    assertThat(serving()).isNull();
    assertThat(balancers.report(StoredRows.id("u"))).isEmpty();
  }

  @Test
  void names_may_change_hands() {
    apply(put(upstream("u", "backend")), put(upstream("v", "spare")));
    UpstreamBalancer first = serving();
    apply(put(upstream("v", "backend")), put(upstream("u", "spare")));
    assertThat(serving()).isNotNull().isNotSameAs(first);
    apply(put(upstream("v", "spare")), put(upstream("u", "backend")));
    assertThat(serving()).isSameAs(first);
  }

  @Test
  void a_target_may_move_and_go() {
    apply(put(upstream("u", "backend")), put(upstream("v", "other")));
    apply(put(target("u", "10.0.0.1:80")));
    StoredEntity moved = target("v", "10.0.0.1:80");
    apply(put(moved));
    assertThat(report("u").targets()).isEmpty();
    assertThat(report("v").targets()).hasSize(1);
    apply(delete(moved));
    assertThat(report("v").targets()).isEmpty();
  }

  @Test
  void what_cannot_be_read_is_quarantined_and_the_rest_serves() {
    StoredEntity broken = target("u", "10.0.0.1:80");
    broken.body().put("target", "nonsense");
    apply(put(upstream("u", "backend")), put(broken), put(target("u", "10.0.0.2:80")));
    assertThat(model.quarantined()).extracting(Quarantined::entity).containsExactly("targets");
    assertThat(report("u").targets()).hasSize(1);
    StoredEntity nameless = upstream("u", "backend");
    nameless.body().remove("name");
    apply(put(nameless));
    assertThat(serving()).isNull();
    apply(put(upstream("u", "backend")), put(target("u", "10.0.0.1:80")));
    assertThat(model.quarantined()).isEmpty();
    assertThat(report("u").targets()).hasSize(2);
  }

  @Test
  void a_snapshot_without_them_takes_them_away() {
    apply(put(upstream("u", "backend")), put(target("u", "10.0.0.1:80")));
    Snapshot both = model.snapshot();
    model.load(new Snapshot(++version, List.of()));
    assertThat(balancers.all()).isEmpty();
    model.load(new Snapshot(++version, both.entities()));
    assertThat(serving()).isNotNull();
    assertThat(report("u").targets()).hasSize(1);
  }

  @Test
  void explain_tells_the_upstream_and_how_its_targets_are() {
    apply(put(upstream("u", "backend")), put(target("u", "10.0.0.1:80")));
    String told = Explanation.of(model.table(), Query.get("/")).toJson().toString();
    assertThat(told)
        .contains(
            "\"name\":\"backend\",\"targets\":"
                + "[{\"target\":\"10.0.0.1:80\",\"weight\":100,\"health\":\"HEALTHCHECKS_OFF\"}]");
  }
}
