package io.portcullis.plugins.opentelemetry;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.extension.trace.propagation.B3Propagator;
import io.opentelemetry.extension.trace.propagation.JaegerPropagator;
import io.opentelemetry.extension.trace.propagation.OtTracePropagator;
import io.portcullis.core.plugin.Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How headers tell of a trace. Named as Kong does; of its formats some are missing. */
enum Format {
  W3C("w3c", "traceparent", W3CTraceContextPropagator.getInstance()),
  B3("b3", "x-b3-traceid", B3Propagator.injectingMultiHeaders()),
  B3_SINGLE("b3-single", "b3", B3Propagator.injectingSingleHeader()),
  // Nobody should begin with these two, but who has them goes on.
  @SuppressWarnings("deprecation")
  JAEGER("jaeger", "uber-trace-id", JaegerPropagator.getInstance()),
  @SuppressWarnings("deprecation")
  OT("ot", "ot-tracer-traceid", OtTracePropagator.getInstance());

  private static final HeaderLines LINES = new HeaderLines();

  private final String kongsName;

  /** What no request of a trace lacks, in lower case. */
  private final String header;

  @SuppressWarnings("ImmutableEnumChecker") // propagators have no state
  private final TextMapPropagator propagator;

  Format(String kongsName, String header, TextMapPropagator propagator) {
    this.kongsName = kongsName;
    this.header = header;
    this.propagator = propagator;
  }

  /** The format of that name; null for one that is missing here. */
  static @Nullable Format named(String name) {
    for (Format format : values()) {
      if (format.kongsName.equals(name)) {
        return format;
      }
    }
    return null;
  }

  /** Those that are read for a name: {@code b3} stands for both ways of B3. */
  static List<Format> read(String name) {
    Format format = named(name);
    if (format == null) {
      return List.of();
    }
    return format == B3 ? List.of(B3_SINGLE, B3) : List.of(format);
  }

  /** Cheap, and so asked before {@link #extract}. */
  boolean isIn(Headers headers) {
    return headers.contains(header);
  }

  /** What the headers tell; without a span when it makes no sense. */
  Context extract(Headers headers) {
    return propagator.extract(Context.root(), headers, LINES);
  }

  void inject(Context context, Headers headers) {
    propagator.inject(context, headers, LINES);
  }
}
