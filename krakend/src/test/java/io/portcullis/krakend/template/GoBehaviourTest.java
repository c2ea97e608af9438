package io.portcullis.krakend.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.core.vault.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Templates with what Go 1.26 and Sprig 3.3 made of them. A case with {@code ours} is one where
 * this product differs on purpose; {@code docs/flexible-configuration.md} lists them.
 */
class GoBehaviourTest {
  @TestFactory
  Stream<DynamicTest> prints_what_go_prints() throws IOException {
    return cases().stream()
        .map(entry -> DynamicTest.dynamicTest(text(entry, "name"), () -> check(entry)));
  }

  private static void check(Map<?, ?> entry) {
    if (entry.containsKey("ours")) {
      assertThat(rendered(entry)).isEqualTo(text(entry, "ours"));
    } else if (entry.containsKey("error")) {
      assertThatThrownBy(() -> rendered(entry))
          .isInstanceOf(TemplateException.class)
          .hasMessageMatching("(?s)template: t:\\d+:\\d+: .+");
    } else {
      assertThat(rendered(entry)).isEqualTo(text(entry, "output"));
    }
  }

  private static String rendered(Map<?, ?> entry) {
    TemplateSet templates =
        new TemplateSet(FunctionTable.of(Environment.EMPTY, name -> "<" + name + ">"));
    templates.add("t", new TemplateSource("t", text(entry, "template")));
    if (entry.get("templates") instanceof Map<?, ?> others) {
      others.forEach(
          (name, text) ->
              templates.add(name.toString(), new TemplateSource(name.toString(), text.toString())));
    }
    return TemplateRun.render(
            templates,
            templates.find("t").orElseThrow(),
            Objects.requireNonNull(entry.get("settings")))
        .text();
  }

  private static String text(Map<?, ?> entry, String key) {
    return Objects.requireNonNull(entry.get(key)).toString();
  }

  @SuppressWarnings("unchecked") // The file is a list of objects.
  private static List<Map<?, ?>> cases() throws IOException {
    try (@Nullable InputStream in =
        GoBehaviourTest.class.getResourceAsStream("go-behaviour.json")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return (List<Map<?, ?>>) Objects.requireNonNull(JsonText.read(text));
    }
  }
}
