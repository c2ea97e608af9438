package io.portcullis.proxy.sync;

import static io.portcullis.proxy.sync.StoredRows.delete;
import static io.portcullis.proxy.sync.StoredRows.id;
import static io.portcullis.proxy.sync.StoredRows.plugin;
import static io.portcullis.proxy.sync.StoredRows.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.entity.Snapshot;
import io.portcullis.core.entity.StoredEntity;
import io.portcullis.core.vault.Vaults;
import io.portcullis.proxy.testkit.TestCertificate;
import io.portcullis.proxy.tls.LiveCertificates;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** References to secrets in plugins and certificates, and vaults that change under them. */
class SecretsAtWorkTest {
  private static final TestCertificate SHOWN = TestCertificate.ecdsa("shown.test");

  private final TestPlugins plugins = new TestPlugins();
  private final LiveCertificates live = new LiveCertificates();
  private final ConfigurationModel model =
      new ConfigurationModel(
          plugins,
          Map.of(),
          Runnable::run,
          InstantSource.system(),
          new Vaults(
              Map.of("A", "alpha", "X_A", "other", "CERT", SHOWN.pem(), "KEY", SHOWN.keyPem())
                  ::get),
          live,
          null);

  private static StoredEntity vault(String prefix, @Nullable String variables) {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", id(prefix).toString())
            .put("prefix", prefix)
            .put("name", "env");
    body.putObject("config").put("prefix", variables);
    return new StoredEntity("vaults", id(prefix), body);
  }

  @Test
  void a_plugin_starts_with_the_secret_and_is_kept_with_the_reference() {
    StoredEntity stored = plugin("p", "limit", null, "{vault://env/a}");
    model.load(new Snapshot(1, List.of(stored)));
    assertThat(plugins.started).containsExactly("alpha");
    assertThat(model.snapshot().entities()).containsExactly(stored);
  }

  @Test
  void a_secret_that_is_missing_is_empty_and_quarantines_nothing() {
    model.load(new Snapshot(1, List.of(plugin("p", "limit", null, "{vault://env/nope}"))));
    assertThat(plugins.started).containsExactly("");
    assertThat(model.quarantined()).isEmpty();
  }

  @Test
  void a_vault_is_there_before_those_who_refer_to_it_whatever_the_order() {
    model.load(
        new Snapshot(
            1, List.of(plugin("p", "limit", null, "{vault://mine/a}"), vault("mine", "X_"))));
    assertThat(plugins.started).containsExactly("other");
  }

  @Test
  void those_who_refer_to_a_vault_start_again_when_it_changes_and_others_do_not() {
    model.load(
        new Snapshot(
            1,
            List.of(
                plugin("p", "limit", null, "{vault://mine/a}"),
                plugin("q", "limit", id("route"), "plain"),
                plugin("r", "other", null, "{vault://env/a}"))));
    assertThat(plugins.started).containsExactly("", "plain", "alpha");
    model.apply(2, List.of(put(2, vault("mine", null))));
    assertThat(plugins.started).endsWith("alpha", "alpha").hasSize(4);
    model.apply(3, List.of(put(3, vault("mine", "x_"))));
    assertThat(plugins.started).endsWith("other").hasSize(5);
    model.apply(4, List.of(delete(4, vault("mine", "x_"))));
    assertThat(plugins.started).endsWith("").hasSize(6);
    model.apply(5, List.of(delete(5, plugin("p", "limit", null, "{vault://mine/a}"))));
    model.apply(6, List.of(put(6, vault("mine", null))));
    assertThat(plugins.started).hasSize(6);
  }

  @Test
  void a_certificate_and_its_key_come_from_a_vault() {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", id("c").toString())
            .put("cert", "{vault://mine/cert}")
            .put("key", "{vault://env/key}");
    StoredEntity certificate = new StoredEntity("certificates", id("c"), body);
    model.load(new Snapshot(1, List.of(certificate)));
    assertThat(live.keys(id("c"))).isEmpty();
    assertThat(model.quarantined()).extracting(Quarantined::id).containsExactly(id("c"));
    model.apply(2, List.of(put(2, vault("mine", null))));
    assertThat(live.keys(id("c"))).containsExactly(SHOWN.certified());
    assertThat(model.quarantined()).isEmpty();
  }
}
