package io.portcullis.e2e.krakend;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.e2e.upstream.ScriptedServer;
import io.portcullis.plugins.testkit.OtlpReceiver;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traces of a gateway that serves a KrakenD file. */
final class TracedFileTest {
  @TempDir private Path folder;

  @Test
  @DisplayName("B57 B58 a request and its backends are one trace, which a stop sends")
  void a_request_and_its_backends_are_one_trace() throws Exception {
    try (OtlpReceiver receiver = OtlpReceiver.start();
        ScriptedServer backend = ScriptedServer.start()) {
      backend.json("/a", "{'a':1}").json("/b", "{'b':2}");
      String text =
          "{'version':3,'host':['"
              + backend.url()
              + "'],'endpoints':[{'endpoint':'/both','backend':[{'url_pattern':'/a'},"
              + "{'url_pattern':'/b'}]}],'extra_config':{'telemetry/opentelemetry':{"
              + "'service_name':'edge','layers':{'proxy':{'disable_traces':true}},'exporters':{'otlp':[{'name':'local','host':'127.0.0.1',"
              + "'port':"
              + receiver.port()
              + ",'use_http':true}]}}}}";
      try (KrakendGateway gateway = KrakendGateway.serving(folder, text)) {
        assertThat(gateway.get("/both").body()).isEqualTo("{\"a\":1,\"b\":2}");
      }

      OtlpReceiver.Traced server = receiver.span("GET get-both");
      assertThat(receiver.spans()).hasSize(3);
      assertThat(receiver.resources().getFirst()).containsEntry("service.name", "edge");
      assertThat(server.parent()).isEmpty();
      for (String path : new String[] {"/a", "/b"}) {
        OtlpReceiver.Traced call = receiver.span("GET " + path);
        assertThat(call.trace()).isEqualTo(server.trace());
        assertThat(call.parent()).isEqualTo(server.id());
        assertThat(call.attributes()).containsEntry("http.status_code", "200");
        assertThat(backend.received())
            .filteredOn(received -> received.target().equals(path))
            .singleElement()
            .satisfies(
                received ->
                    assertThat(received.headers().getFirst("traceparent"))
                        .matches("00-" + call.trace() + "-" + call.id() + "-0[13]"));
      }
    }
  }
}
