package io.portcullis.store;

import static io.portcullis.store.Samples.SERVICES;
import static io.portcullis.store.Samples.service;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

final class ChangeNoticesTest {
  private static final long ANYTHING = Long.MAX_VALUE;

  private final BlockingQueue<Long> told = new LinkedBlockingQueue<>();
  @AutoClose private final StoreFixture fixture = StoreFixture.on(StoreEngine.POSTGRES);

  @Test
  void tells_of_writes_through_another_connection() throws Exception {
    try (AutoCloseable listening = fixture.database().onWrite(told::add)) {
      assertThat(next()).isEqualTo(ANYTHING);
      long version = write("a");
      assertThat(next()).isEqualTo(version);
    }
  }

  @Test
  void says_nothing_of_a_write_that_is_undone() throws Exception {
    try (AutoCloseable listening = fixture.database().onWrite(told::add)) {
      assertThat(next()).isEqualTo(ANYTHING);
      try {
        fixture
            .store()
            .write(
                writing -> {
                  writing.insert(SERVICES, service("undone"));
                  throw new IllegalStateException("changed my mind");
                });
      } catch (IllegalStateException meant) {
        assertThat(meant).hasMessage("changed my mind");
      }
      assertThat(next(write("kept"))).isTrue();
      assertThat(told).isEmpty();
    }
  }

  @Test
  void listens_again_when_its_connection_is_lost_and_says_that_something_may_be_missed()
      throws Exception {
    try (AutoCloseable listening = fixture.database().onWrite(told::add)) {
      assertThat(next()).isEqualTo(ANYTHING);
      int ended =
          fixture
              .database()
              .<Integer>statement(
                  statements ->
                      statements
                          .fetch(
                              "select pg_terminate_backend(pid) from pg_stat_activity"
                                  + " where query like 'listen %' and datname = current_database()")
                          .size());
      assertThat(ended).isEqualTo(1);
      assertThat(next()).isEqualTo(ANYTHING);
      assertThat(next(write("a"))).isTrue();
    }
  }

  @Test
  void is_silent_once_it_is_closed() throws Exception {
    AutoCloseable listening = fixture.database().onWrite(told::add);
    assertThat(next()).isEqualTo(ANYTHING);
    listening.close();
    write("a");
    try (AutoCloseable other = fixture.database().onWrite(told::add)) {
      assertThat(next()).isEqualTo(ANYTHING);
      assertThat(next(write("b"))).isTrue();
    }
  }

  private long write(String name) {
    return fixture
        .store()
        .write(
            writing -> {
              writing.insert(SERVICES, service(name));
              return name;
            })
        .version();
  }

  private boolean next(long expected) throws InterruptedException {
    return next() == expected;
  }

  private long next() throws InterruptedException {
    Long version = told.poll(30, TimeUnit.SECONDS);
    return version == null ? -1 : version;
  }
}
