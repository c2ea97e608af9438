package io.portcullis.krakend.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlexibleConfigurationTest {
  @TempDir Path directory;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void lay_out_the_files() throws IOException {
    write(
        "config/settings/prod/urls.json",
        "{\"users\":\"https://users.example.com\",\"hosts\":[\"http://a\",\"http://b\"]}");
    write("config/settings/dev/urls.json", "{\"users\":\"http://localhost:3000\"}");
    write("config/settings/prod/README.md", "not a setting");
    write("config/partials/file.txt", "{{ not evaluated }}");
    write("config/templates/telemetry.tmpl", "{\"level\":\"{{ . }}\"}");
    write(
        "config/templates/endpoints.tmpl",
        "{{ range $i, $h := .hosts }}{{ if $i }},{{ end }}\n{\"endpoint\":\"/{{ $i }}\","
            + "\"host\":[\"{{ $h }}\"]}{{ end }}");
    environment.put("FC_ENABLE", "1");
    environment.put("FC_SETTINGS", directory.resolve("config/settings/prod").toString());
    environment.put("FC_PARTIALS", directory.resolve("config/partials").toString());
    environment.put("FC_TEMPLATES", directory.resolve("config/templates").toString());
  }

  @Test
  void renders_settings_templates_and_partials_B12() throws IOException {
    write(
        "krakend.tmpl",
        """
        {
          "version": 3,
          "name": {{ include "file.txt" | quote }},
          "host": ["{{ .urls.users }}"],
          "extra_config": {"telemetry/logging": {{ template "telemetry.tmpl" "DEBUG" }}},
          "endpoints": [{{ template "endpoints.tmpl" .urls }}]
        }
        """);

    assertThat(rendered("krakend.tmpl").text())
        .isEqualTo(
            """
            {
              "version": 3,
              "name": "{{ not evaluated }}",
              "host": ["https://users.example.com"],
              "extra_config": {"telemetry/logging": {"level":"DEBUG"}},
              "endpoints": [
            {"endpoint":"/0","host":["http://a"]},
            {"endpoint":"/1","host":["http://b"]}]
            }
            """);
  }

  @Test
  void takes_the_settings_of_another_stage_B12() throws IOException {
    environment.put("FC_SETTINGS", directory.resolve("config/settings/dev").toString());
    write("krakend.tmpl", "{{ .urls.users }}");

    assertThat(rendered("krakend.tmpl").text()).isEqualTo("http://localhost:3000");
  }

  @Test
  void understands_the_syntax_that_is_taught_B13() throws IOException {
    write("config/settings/prod/day.json", "{\"num_coffees\": 4, \"list\": [\"a\", \"b\"]}");
    write(
        "krakend.tmpl",
        """
        {{/*
        This
        is
        multiline
        comment
        */}}
        I had {{ .day.num_coffees}} coffees today.
        {{ if gt .day.num_coffees 3 }}
        This was too much
        {{end}}
        {{ if and (gt .day.num_coffees 3) (lt .day.num_coffees 10) }}
        Between
        {{ else }}
        Otherwise
        {{end}}
        {{- $x := "variable" }}
        {{- range $i, $e := .day.list }}{{ $i }}{{ $e }}{{ $x }} {{ end }}
        {{ toJson .day }}
        """);

    assertThat(rendered("krakend.tmpl").text().lines().filter(line -> !line.isBlank()))
        .containsExactly(
            "I had 4 coffees today.",
            "This was too much",
            "Between",
            "0avariable 1bvariable ",
            "{\"list\":[\"a\",\"b\"],\"num_coffees\":4}");
  }

  @Test
  void gives_a_template_the_context_of_the_place_where_it_is_used_B13() throws IOException {
    write(
        "config/settings/prod/day.json",
        "{\"num_coffees\": 4, \"sorts\": [{\"name\": \"latte\"}, {\"name\": \"mocha\"}]}");
    write(
        "config/templates/coffee.tmpl",
        """
        {{/*
        This
        is
        multiline
        comment
        */ -}}
        {{- $enough := 3 -}}
        I had {{ .num_coffees}} coffees today.
        {{ if gt .num_coffees $enough }}
        This was too much
        {{end}}
        {{ if and (gt .num_coffees 3) (lt .num_coffees 10) }}
        This was between
        {{end}}
        {{ if gt .num_coffees 10 }}never{{ else if gt .num_coffees $enough }}some{{ else }}few{{ end }}
        {{ range .sorts }}{{ toJson . }}{{ template "sort.tmpl" . }}{{ $.num_coffees }} {{ end }}
        {{ range $i, $sort := .sorts }}{{ if $i }}, {{ end }}{{ $i }}={{ $sort.name }}{{ end }}
        {{ toJson . }}
        """);
    write("config/templates/sort.tmpl", "<{{ .name }}>");
    write("krakend.tmpl", "{{ template \"coffee.tmpl\" .day }}{{ toJson . }}");

    String day = "{\"num_coffees\":4,\"sorts\":[{\"name\":\"latte\"},{\"name\":\"mocha\"}]}";
    assertThat(rendered("krakend.tmpl").text().lines().filter(line -> !line.isBlank()))
        .containsExactly(
            "I had 4 coffees today.",
            "This was too much",
            "This was between",
            "some",
            "{\"name\":\"latte\"}<latte>4 {\"name\":\"mocha\"}<mocha>4 ",
            "0=latte, 1=mocha",
            day,
            "{\"day\":"
                + day
                + ",\"urls\":{\"hosts\":[\"http://a\",\"http://b\"],"
                + "\"users\":\"https://users.example.com\"}}");
  }

  @Test
  void keeps_the_result_where_it_is_asked_to_B14() throws IOException {
    Path out = directory.resolve("out.json");
    environment.put("FC_OUT", out.toString());
    environment.put("SERVICE_NAME", "KrakenD API Gateway");
    write("krakend.tmpl", "{\"version\": 3, \"name\": \"{{ env \"SERVICE_NAME\" }}\"}");

    rendered("krakend.tmpl");

    assertThat(out).hasContent("{\"version\": 3, \"name\": \"KrakenD API Gateway\"}");
  }

  @Test
  void needs_nothing_but_the_switch_B15() throws IOException {
    environment.keySet().retainAll(java.util.Set.of("FC_ENABLE"));
    write("krakend.tmpl", "{\"version\":3,\"name\":\"A simple config\"}");

    assertThat(rendered("krakend.tmpl").text())
        .isEqualTo("{\"version\":3,\"name\":\"A simple config\"}");
  }

  @Test
  void is_off_without_the_switch_B14() {
    assertThat(FlexibleConfiguration.of(name -> null)).isEmpty();
    assertThat(FlexibleConfiguration.of(name -> "")).isEmpty();
    assertThat(FlexibleConfiguration.of(name -> "anything")).isPresent();
  }

  @Test
  void tells_all_settings_that_cannot_be_read_at_once_B14() throws IOException {
    write("config/settings/prod/broken.json", "{\n \"a\": }");
    write("config/settings/prod/list.json", "[1]");
    write("config/settings/prod/twice.json", "{} {}");
    write("krakend.tmpl", "{}");

    assertThatThrownBy(() -> rendered("krakend.tmpl"))
        .isInstanceOf(FlexibleConfigurationException.class)
        .hasMessageStartingWith("loading flexible-config settings:\n\t- ")
        .hasMessageContaining("broken.json:2:")
        .hasMessageContaining("list.json: must be a JSON object")
        .hasMessageContaining("twice.json:1:");
  }

  @Test
  void names_the_variable_of_a_directory_that_is_not_there() throws IOException {
    write("krakend.tmpl", "{}");
    environment.put("FC_SETTINGS", directory.resolve("nowhere").toString());

    assertThatThrownBy(() -> rendered("krakend.tmpl"))
        .hasMessageStartingWith("loading flexible-config settings:")
        .hasMessageContaining("nowhere: no such file or directory (FC_SETTINGS)");

    environment.remove("FC_SETTINGS");
    environment.put("FC_TEMPLATES", directory.resolve("krakend.tmpl").toString());
    assertThatThrownBy(() -> rendered("krakend.tmpl"))
        .hasMessageContaining("krakend.tmpl: not a directory (FC_TEMPLATES)");
  }

  @Test
  void names_a_partial_that_is_not_there_and_the_place_that_wants_it() throws IOException {
    write("krakend.tmpl", "{\n  {{ include \"gone.txt\" }}\n}");

    assertThatThrownBy(() -> rendered("krakend.tmpl"))
        .hasMessageContaining("krakend.tmpl:2:6: at <include \"gone.txt\">: error calling include:")
        .hasMessageContaining("gone.txt: no such file or directory");

    environment.remove("FC_PARTIALS");
    assertThatThrownBy(() -> rendered("krakend.tmpl"))
        .hasMessageContaining("(FC_PARTIALS is not set)");
  }

  @Test
  void names_the_file_of_a_template_that_fails() throws IOException {
    write("config/templates/endpoints.tmpl", "[\n{{ .urls.users.host }}\n]");
    write("krakend.tmpl", "{{ template \"endpoints.tmpl\" . }}");

    assertThatThrownBy(() -> rendered("krakend.tmpl"))
        .hasMessageContaining("config/templates/endpoints.tmpl:2:4: at <.urls.users.host>")
        .hasMessageContaining("can't evaluate field host in type string");
  }

  @Test
  void knows_where_each_line_of_the_result_came_from() throws IOException {
    write("krakend.tmpl", "{\n{{/* gone\n*/}}\"a\": [{{ template \"endpoints.tmpl\" .urls }}\n]}");

    RenderedFile rendered = rendered("krakend.tmpl");

    String main = directory.resolve("krakend.tmpl") + ":";
    String endpoints = directory.resolve("config/templates/endpoints.tmpl") + ":";
    assertThat(rendered.origins())
        .containsExactly(main + 1, main + 3, endpoints + 2, endpoints + 2, main + 4);
    assertThat(rendered.origin(3)).isEqualTo(endpoints + 2);
    assertThat(rendered.origin(99)).isEqualTo(main + 4);
  }

  @Test
  void reads_everything_anew_each_time() throws IOException {
    write("krakend.tmpl", "{{ .urls.users }}");
    rendered("krakend.tmpl");
    write("config/settings/prod/urls.json", "{\"users\":\"changed\"}");

    assertThat(rendered("krakend.tmpl").text()).isEqualTo("changed");
  }

  @Test
  void leaves_a_file_that_is_not_there_to_its_reader() {
    assertThatThrownBy(() -> rendered("gone.tmpl")).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void knows_a_template_when_it_sees_one() {
    assertThat(FlexibleConfiguration.looksLikeTemplate("{\"a\": {{ .b }} }")).isTrue();
    assertThat(FlexibleConfiguration.looksLikeTemplate("{\"a\": {\"b\": 1}}")).isFalse();
    assertThat(FlexibleConfiguration.looksLikeTemplate("{ \"a\": \"{{\" }")).isFalse();
  }

  private RenderedFile rendered(String file) throws IOException {
    return FlexibleConfiguration.of(environment::get).orElseThrow().render(directory.resolve(file));
  }

  private void write(String file, String text) throws IOException {
    Path path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
