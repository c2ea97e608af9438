package io.portcullis.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.schema.DocsTable;
import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.SchemaJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Each bundled plugin has a description that fits its record, the schema document that clients
 * know, a page and a test. {@code -Ddocs.write=true} brings the tables in the pages up to date.
 */
class EveryPluginIsCompleteTest {
  private static final Path DOCS = Path.of("..", "docs", "plugins");
  private static final String TABLE_START = "<!-- fields -->\n";
  private static final String TABLE_END = "<!-- /fields -->";

  @SuppressWarnings("rawtypes") // a ServiceLoader knows classes only
  static Stream<Plugin> plugins() {
    return ServiceLoader.load(Plugin.class).stream().map(ServiceLoader.Provider::get);
  }

  @ParameterizedTest
  @MethodSource("plugins")
  void the_configuration_record_fits_the_fields(Plugin<?> plugin) {
    plugin.spec().verify();
    assertThat(plugin.spec()).isSameAs(plugin.spec());
  }

  @ParameterizedTest
  @MethodSource("plugins")
  void every_field_is_explained(Plugin<?> plugin) {
    assertExplained(plugin.spec().fields());
  }

  @ParameterizedTest
  @MethodSource("plugins")
  void the_schema_document_is_the_one_that_clients_know(Plugin<?> plugin) throws IOException {
    String name = "/schemas/" + plugin.spec().name() + ".json";
    try (InputStream known = EveryPluginIsCompleteTest.class.getResourceAsStream(name)) {
      assertThat(known).as(name).isNotNull();
      // Through text, because numbers made and numbers read are of different classes.
      JsonNode document = JsonMapper.shared().readTree(SchemaJson.plugin(plugin.spec()).toString());
      removeDescriptions(document);
      assertThat(document).isEqualTo(JsonMapper.shared().readTree(known));
    }
  }

  @ParameterizedTest
  @MethodSource("plugins")
  void the_page_has_examples_errors_and_the_present_fields(Plugin<?> plugin) throws IOException {
    Path page = DOCS.resolve(plugin.spec().name() + ".md");
    String text = Files.readString(page);
    int start = text.indexOf(TABLE_START) + TABLE_START.length();
    int end = text.indexOf(TABLE_END);
    assertThat(start).as("table in " + page).isGreaterThanOrEqualTo(TABLE_START.length());
    String table = DocsTable.of(plugin.spec());
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(page, text.substring(0, start) + table + text.substring(end));
    } else {
      assertThat(text.substring(start, end)).as("table in " + page).isEqualTo(table);
    }

    assertThat(text)
        .startsWith("# " + plugin.spec().name() + "\n")
        .contains("```sh\n", "```yaml\n_format_version: \"3.0\"\n", "\n## Errors\n");
  }

  @ParameterizedTest
  @MethodSource("plugins")
  void there_is_a_test_in_the_plugins_own_package(Plugin<?> plugin) {
    Class<?> type = plugin.getClass();

    assertThat(type.getPackageName())
        .isEqualTo("io.portcullis.plugins." + plugin.spec().name().replace("-", ""));
    assertThat(Path.of("src", "test", "java", type.getName().replace('.', '/') + "Test.java"))
        .exists();
  }

  private static void assertExplained(List<FieldSpec> fields) {
    for (FieldSpec field : fields) {
      assertThat(field.doc()).as(field.name()).isPresent();
      assertExplained(field.fields());
    }
  }

  private static void removeDescriptions(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove("description");
    }
    node.forEach(EveryPluginIsCompleteTest::removeDescriptions);
  }
}
