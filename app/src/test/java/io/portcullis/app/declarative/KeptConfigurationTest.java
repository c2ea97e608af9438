package io.portcullis.app.declarative;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.admin.http.ReplaceableConfiguration.Given;
import io.portcullis.admin.http.ReplaceableConfiguration.Replacement;
import io.portcullis.core.schema.SecureRandomValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class KeptConfigurationTest {
  private static final String TEXT =
      """
      _format_version: "3.0"
      services: [{host: unnamed.test, routes: [{paths: [/a]}]}]
      """;

  @TempDir private Path folder;

  private KeptConfiguration kept() {
    return new KeptConfiguration(folder.resolve("declarative"), file());
  }

  private static DeclarativeFile file() {
    return new DeclarativeFile(
        DeclarativeFileTest.SPECS, InstantSource.system(), new SecureRandomValues());
  }

  @Test
  void what_a_client_sent_last_is_there_after_a_restart() throws IOException {
    KeptConfiguration kept = kept();
    assertThat(kept.read()).isEmpty();
    DeclarativeSource source = new DeclarativeSource(file(), kept::keep);
    assertThat(source.replace(new Given.Text(TEXT), true)).isInstanceOf(Replacement.Done.class);
    assertThat(source.replace(new Given.Text("services: 5"), false))
        .isInstanceOf(Replacement.Refused.class);

    DeclarativeSource restarted = new DeclarativeSource(file(), served -> {});
    restarted.restore(((KeptConfiguration.Kept.Usable) kept().read().orElseThrow()).served());
    assertThat(restarted.hash()).isEqualTo(source.hash());
    assertThat(restarted.current().entities()).isEqualTo(source.current().entities());
    assertThat(restarted.replace(new Given.Text(TEXT), true)).isInstanceOf(Replacement.Same.class);
  }

  @Test
  void only_its_owner_can_read_it() throws IOException {
    KeptConfiguration kept = kept();
    new DeclarativeSource(file(), kept::keep).replace(new Given.Text(TEXT), false);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept.file())))
        .isEqualTo("rw-------");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(kept.file().getParent())))
        .isEqualTo("rwx------");
  }

  @Test
  void what_cannot_be_used_any_more_is_told() throws IOException {
    Files.createDirectories(folder.resolve("declarative"));
    Files.writeString(kept().file(), "_format_version: \"3.0\"\nplugins: [{name: gone}]\n");
    assertThat(kept().read())
        .hasValueSatisfying(
            found -> assertThat(found).isInstanceOf(KeptConfiguration.Kept.Unusable.class));
  }

  @Test
  void a_tree_is_named_by_its_json_and_always_taken_over() {
    DeclarativeSource source = new DeclarativeSource(file(), served -> {});
    for (int i = 0; i < 2; i++) {
      ObjectNode tree = (ObjectNode) JsonMapper.shared().readTree("{\"_format_version\":\"3.0\"}");
      assertThat(source.replace(new Given.Tree(tree), true)).isInstanceOf(Replacement.Done.class);
    }
    assertThat(source.hash()).isEqualTo(Md5.of("{\"_format_version\":\"3.0\"}"));
    assertThat(source.version()).isEqualTo(2);
  }
}
