package io.portcullis.admin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.admin.wire.AdminResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PathTableTest {
  private final PathTable paths =
      table(
          "/",
          "/plugins",
          "/plugins/{plugins}",
          "/plugins/{plugins}/route",
          "/plugins/enabled",
          "/plugins/schema/{name}",
          "/services/{services}/routes/{routes}");

  private static PathTable table(String... templates) {
    return new PathTable(
        Stream.of(templates)
            .map(template -> Endpoint.get(template, request -> AdminResponse.noContent()))
            .toList());
  }

  private String found(String path) {
    return paths
        .match(path)
        .map(match -> match.endpoint().template() + match.parameters())
        .orElse("nothing");
  }

  @Test
  void literal_segments_beat_variable_ones() {
    assertThat(found("/plugins/enabled")).isEqualTo("/plugins/enabled[]");
    assertThat(found("/plugins/x")).isEqualTo("/plugins/{plugins}[x]");
  }

  @Test
  void a_literal_that_leads_nowhere_is_read_as_a_value() {
    assertThat(found("/plugins/schema/route")).isEqualTo("/plugins/schema/{name}[route]");
    assertThat(found("/plugins/enabled/route")).isEqualTo("/plugins/{plugins}/route[enabled]");
  }

  @Test
  void one_final_slash_is_free() {
    assertThat(found("/plugins/")).isEqualTo("/plugins[]");
    assertThat(found("/plugins//")).isEqualTo("nothing");
    assertThat(found("/")).isEqualTo("/[]");
    assertThat(found("//")).isEqualTo("nothing");
  }

  @Test
  void values_are_decoded_after_the_path_was_split() {
    assertThat(paths.match("/services/a%2Fb/routes/%C3%A9+").orElseThrow().parameters())
        .isEqualTo(List.of("a/b", "é+"));
    assertThat(paths.match("/plugins/%zz").orElseThrow().parameters()).isEqualTo(List.of("%zz"));
  }

  @Test
  void bytes_that_are_no_text_stay_apart() {
    assertThat(paths.match("/plugins/%FF").orElseThrow().parameters()).isEqualTo(List.of("\uDCFF"));
  }

  @Test
  void two_endpoints_at_one_path_are_a_mistake() {
    assertThatThrownBy(() -> table("/a/{b}", "/a/{c}"))
        .hasMessage("two endpoints at /a/{c} and /a/{b}");
  }

  @Test
  void allow_lists_what_follows_from_the_pages() {
    Endpoint endpoint =
        new Endpoint(
            "/x",
            Map.of(
                "POST", request -> AdminResponse.noContent(),
                "GET", request -> AdminResponse.noContent()));
    assertThat(endpoint.allow()).isEqualTo("GET, HEAD, OPTIONS, POST");
  }
}
