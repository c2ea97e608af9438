package io.portcullis.plugins.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.portcullis.core.plugin.Headers;
import io.portcullis.plugins.FakeGateway;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FormatsTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";
  private static final String OTHER = "0af7651916cd43dd8448eb211c80319c";

  private static final List<String> W3C =
      List.of("traceparent", "00-" + TRACE + "-" + SPAN + "-01");
  private static final List<String> B3 =
      List.of("x-b3-traceid", TRACE, "x-b3-spanid", SPAN, "x-b3-sampled", "1");
  private static final List<String> B3_SINGLE = List.of("b3", TRACE + "-" + SPAN + "-1");
  private static final List<String> JAEGER = List.of("uber-trace-id", TRACE + ":" + SPAN + ":0:1");
  private static final List<String> OT =
      List.of(
          "ot-tracer-traceid",
          TRACE.substring(16),
          "ot-tracer-spanid",
          SPAN,
          "ot-tracer-sampled",
          "true");

  @Test
  void what_comes_is_gone_on_with_in_its_own_format() {
    Formats formats = formats("{}");

    for (List<String> format : List.of(W3C, B3, B3_SINGLE, JAEGER, OT)) {
      Headers came = headers(format);
      Formats.Caller caller = formats.caller(came);
      assertThat(span(caller).getSpanId()).as("%s", format).isEqualTo(SPAN);
      assertThat(span(caller).isSampled()).as("%s", format).isTrue();
      Headers sent = new Headers();
      formats.write(caller.context(), caller, sent);
      assertThat(names(sent)).as("%s", format).containsAll(names(came)).doesNotHaveDuplicates();
      assertThat(span(formats.caller(sent)).getSpanId()).isEqualTo(SPAN);
    }
  }

  @Test
  void without_a_trace_the_default_format_is_written() {
    Formats formats = formats("{'propagation':{'default_format':'b3-single'}}");
    Formats.Caller nobody = formats.caller(new Headers());
    Headers sent = new Headers();
    formats.write(traced(), nobody, sent);

    assertThat(span(nobody).isValid()).isFalse();
    assertThat(names(sent)).containsExactly("b3");
  }

  @Test
  void the_first_format_that_is_there_counts_unless_it_makes_no_sense() {
    Formats b3First = formats("{}");
    Formats w3cFirst = formats("{'propagation':{'extract':['w3c','b3'],'default_format':'w3c'}}");
    Headers both = headers(W3C);
    both.add("b3", OTHER + "-" + SPAN + "-1");
    Headers broken = headers(W3C);
    broken.add("b3", "nonsense");

    assertThat(span(b3First.caller(both)).getTraceId()).isEqualTo(OTHER);
    assertThat(span(w3cFirst.caller(both)).getTraceId()).isEqualTo(TRACE);
    assertThat(b3First.caller(broken).format()).isEqualTo(Format.W3C);
  }

  @Test
  void what_propagation_leaves_out_is_nothing_as_soon_as_it_says_something() {
    Formats deaf = formats("{'propagation':{'inject':['w3c','jaeger'],'default_format':'b3'}}");
    Formats mute = formats("{'propagation':{'extract':['w3c'],'default_format':'b3'}}");
    Formats neither = formats("{'propagation':{'clear':['x'],'default_format':'b3'}}");
    Headers two = new Headers();
    deaf.write(traced(), deaf.caller(headers(W3C)), two);
    Headers none = new Headers();
    mute.write(traced(), mute.caller(headers(W3C)), none);
    neither.write(traced(), neither.caller(headers(W3C)), none);

    assertThat(deaf.caller(headers(W3C)).format()).isNull();
    assertThat(mute.caller(headers(W3C)).format()).isEqualTo(Format.W3C);
    assertThat(neither.caller(headers(W3C)).format()).isNull();
    assertThat(names(two)).containsExactly("traceparent", "uber-trace-id");
    assertThat(none.size()).isZero();
  }

  @Test
  void the_deprecated_type_of_header_counts_without_propagation() {
    Formats ignoring = formats("{'header_type':'ignore','propagation':{'default_format':'ot'}}");
    Formats adding = formats("{'header_type':'jaeger','propagation':{'default_format':'ot'}}");
    Headers own = new Headers();
    ignoring.write(traced(), ignoring.caller(headers(W3C)), own);
    Headers two = new Headers();
    adding.write(traced(), adding.caller(headers(W3C)), two);

    assertThat(ignoring.caller(headers(W3C)).format()).isNull();
    assertThat(names(own)).contains("ot-tracer-traceid").doesNotContain("traceparent");
    assertThat(names(two)).containsExactlyInAnyOrder("uber-trace-id", "traceparent");
  }

  @Test
  void formats_that_are_missing_here_are_left_out() {
    Formats formats =
        formats(
            "{'propagation':{'extract':['datadog','gcp','aws'],'inject':['datadog','preserve'],"
                + "'default_format':'aws'}}");
    Headers sent = new Headers();
    formats.write(traced(), formats.caller(headers(W3C)), sent);

    assertThat(names(sent)).containsExactly("traceparent");
  }

  private static Formats formats(String changes) {
    var spec = new OpenTelemetryPlugin().spec();
    var whole = spec.defaults();
    whole.setAll(FakeGateway.json(changes));
    return Formats.of(spec.decode(whole));
  }

  private static Context traced() {
    return Format.W3C.extract(headers(W3C));
  }

  private static SpanContext span(Formats.Caller caller) {
    return Span.fromContext(caller.context()).getSpanContext();
  }

  private static Headers headers(List<String> lines) {
    Headers headers = new Headers();
    for (int i = 0; i < lines.size(); i += 2) {
      headers.add(lines.get(i), lines.get(i + 1));
    }
    return headers;
  }

  private static List<String> names(Headers headers) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < headers.size(); i++) {
      names.add(headers.name(i));
    }
    return names;
  }
}
