package io.portcullis.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.admin.http.AdminFixture.Answer;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.store.Database;
import io.portcullis.store.EntityStore;
import io.portcullis.store.StoreSettings;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TransactionsTest {
  private static AdminParts withLive(AdminParts parts, LiveConfiguration live) {
    return new AdminParts(
        parts.description(),
        parts.specs(),
        parts.editor(),
        parts.entities(),
        live,
        Duration.ofMillis(1500),
        parts.status(),
        parts.logLevels(),
        parts.health(),
        parts.format(),
        parts.replaceable(),
        parts.pages());
  }

  @Test
  void a_write_waits_until_its_version_is_served() {
    List<Long> awaited = new CopyOnWriteArrayList<>();
    LiveConfiguration live =
        (version, timeout) -> {
          awaited.add(version);
          assertThat(timeout).isEqualTo(Duration.ofMillis(1500));
          return true;
        };
    try (AdminFixture admin = AdminFixture.start(parts -> withLive(parts, live))) {
      Answer answer = admin.json("POST", "/services", "{'host':'h'}");
      assertThat(answer.header("X-Portcullis-Config-Live")).isEmpty();
      admin.get("/services");
      admin.json("POST", "/services", "{}");
      assertThat(awaited).containsExactly(1L);
    }
  }

  @Test
  void a_write_that_is_not_served_in_time_says_so() {
    try (AdminFixture admin =
        AdminFixture.start(parts -> withLive(parts, (version, timeout) -> false))) {
      Answer answer = admin.json("POST", "/services", "{'host':'h'}");
      assertThat(answer.status()).isEqualTo(201);
      assertThat(answer.header("X-Portcullis-Config-Live")).contains("false");
      assertThat(answer.header("X-Portcullis-Config-Version")).contains("1");
    }
  }

  @Test
  void a_busy_database_is_503() throws Exception {
    EntitySpecs specs = new EntitySpecs(SamplePlugins.catalog());
    StoreSettings settings =
        StoreSettings.of(new StoreSettings.H2Memory("busy-" + UUID.randomUUID()))
            .withPoolSize(1)
            .withBusyAfter(Duration.ofMillis(250));
    try (Database database = Database.open(settings)) {
      database.bootstrap();
      EntityStore store = new EntityStore(database, specs.all());
      CountDownLatch taken = new CountDownLatch(1);
      CountDownLatch release = new CountDownLatch(1);
      Thread holder =
          Thread.ofVirtual()
              .start(
                  () ->
                      store.read(
                          reading -> {
                            taken.countDown();
                            try {
                              release.await();
                            } catch (InterruptedException interrupted) {
                              Thread.currentThread().interrupt();
                            }
                            return true;
                          }));
      taken.await();
      try (AdminFixture admin = AdminFixture.over(specs, new DatabaseAccess(store, "h2"))) {
        Answer answer = admin.json("POST", "/services", "{'host':'h'}");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.message()).startsWith("the database is busy");
        assertThat(answer.header("Retry-After")).contains("1");
        assertThat(admin.get("/services").status()).isEqualTo(503);
        release.countDown();
        holder.join();
        assertThat(admin.get("/services").json().get("data")).isEmpty();
      }
    }
  }
}
