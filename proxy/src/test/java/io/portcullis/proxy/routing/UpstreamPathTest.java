package io.portcullis.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class UpstreamPathTest {
  @ParameterizedTest(name = "{0} with {1}, strip {2}: {3} becomes {4}")
  @CsvFileSource(resources = "upstream-paths.csv", delimiter = '|')
  void follows_the_table_of_service_path_route_path_and_strip_path(
      @Nullable String servicePath,
      @Nullable String routePath,
      boolean strip,
      String request,
      @Nullable String expected) {
    RouteFixture route = RouteFixture.route("r").strip(strip);
    if (routePath != null) {
      route.paths(routePath);
    }
    RoutingTable table =
        Tables.of(
            RouteFixture.service("s", servicePath),
            route.service(RouteFixture.serviceId("s")).build());
    String path = Objects.requireNonNull(PathNormaliser.normalise(request));
    String sent =
        switch (table.match(Query.get(path))) {
          case RouteMatch.Matched matched -> matched.upstreamPath(path);
          case RouteMatch.NoMatch _ -> null;
        };
    assertThat(sent).isEqualTo(expected);
  }

  @Test
  void passes_the_request_path_object_on_when_nothing_changes() {
    String path = "/any/thing";
    assertThat(new UpstreamPath("/", false).of(path, "/")).isSameAs(path);
    assertThat(new UpstreamPath(null, false).of(path, "/any")).isSameAs(path);
  }

  @Test
  void escapes_again_what_normalisation_had_decoded() {
    assertThat(new UpstreamPath("/b ase", true).of("/a/é{}", "/a"))
        .isEqualTo("/b%20ase/%C3%A9%7B%7D");
  }
}
