package io.portcullis.proxy.sync;

import static io.portcullis.proxy.routing.RouteFixture.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.core.entity.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastGoodSnapshotTest {
  @TempDir private Path folder;

  private final Snapshot some =
      new Snapshot(
          17,
          List.of(
              StoredRows.service("s", true),
              StoredRows.route(route("straße").paths("/a", "/ü")),
              StoredRows.plugin("p", "test", null, "line\nbreak")));

  @Test
  void reads_what_it_wrote() throws Exception {
    LastGoodSnapshot file = file();
    file.keepNow(some);
    assertThat(file.read()).hasToString(some.toString());
    file.keepNow(new Snapshot(18, List.of()));
    assertThat(file.read()).isEqualTo(new Snapshot(18, List.of()));
  }

  @Test
  void only_the_owner_may_read_it() throws Exception {
    LastGoodSnapshot file = file();
    file.keepNow(some);
    assertThat(permissions(file.file())).isEqualTo("rw-------");
    assertThat(permissions(folder.resolve("snapshot"))).isEqualTo("rwx------");
    try (Stream<Path> all = Files.list(folder.resolve("snapshot"))) {
      assertThat(all).containsExactly(file.file());
    }
  }

  @Test
  void says_that_nothing_was_kept() {
    assertThatThrownBy(() -> file().read()).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void refuses_a_file_cut_at_any_place() throws Exception {
    LastGoodSnapshot file = file();
    file.keepNow(some);
    byte[] whole = Files.readAllBytes(file.file());
    for (int length = 0; length < whole.length; length++) {
      Files.write(file.file(), java.util.Arrays.copyOf(whole, length));
      refused(file, length + " octets of " + whole.length);
    }
  }

  @Test
  void refuses_a_file_with_any_bit_turned() throws Exception {
    LastGoodSnapshot file = file();
    file.keepNow(some);
    byte[] whole = Files.readAllBytes(file.file());
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 1;
      Files.write(file.file(), damaged);
      refused(file, "octet " + at);
    }
  }

  @Test
  void refuses_a_newer_format() throws Exception {
    LastGoodSnapshot file = file();
    file.keepNow(some);
    String text = Files.readString(file.file());
    Files.writeString(file.file(), text.replace("portcullis-snapshot 1", "portcullis-snapshot 2"));
    assertThatThrownBy(file::read)
        .isInstanceOf(IOException.class)
        .hasMessage(file.file() + " has format 2, this release reads up to 1");
  }

  @Test
  void refuses_any_other_file() throws Exception {
    LastGoodSnapshot file = file();
    Files.createDirectories(folder.resolve("snapshot"));
    Files.write(file.file(), "hello\nworld\n".getBytes(StandardCharsets.UTF_8));
    refused(file, "text");
  }

  @Test
  void waits_between_two_snapshots() {
    List<Runnable> tasks = new ArrayList<>();
    LastGoodSnapshot file = new LastGoodSnapshot(folder.resolve("snapshot"), tasks::add);
    assertThat(file.ready()).isTrue();
    file.keep(some);
    assertThat(file.ready()).as("while one is being written").isFalse();
    tasks.getFirst().run();
    assertThat(file.ready()).as("right after one was written").isFalse();
    assertThat(file.pause()).isPositive();
  }

  @Test
  void keeps_what_it_has_when_writing_fails() throws Exception {
    LastGoodSnapshot file = file();
    file.keepNow(some);
    Files.createDirectories(folder.resolve("snapshot/last-good.draft/in-the-way"));
    file.keepNow(new Snapshot(18, List.of()));
    assertThat(file.failed()).isTrue();
    assertThat(file.read()).hasToString(some.toString());
  }

  private LastGoodSnapshot file() {
    return new LastGoodSnapshot(folder.resolve("snapshot"), Runnable::run);
  }

  private static void refused(LastGoodSnapshot file, String what) {
    assertThatThrownBy(file::read)
        .as(what)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.file().toString());
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
