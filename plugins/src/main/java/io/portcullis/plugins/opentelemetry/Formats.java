package io.portcullis.plugins.opentelemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.portcullis.core.plugin.Headers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The formats that a configuration reads, first match first, and those that it writes. Immutable.
 *
 * <p>As in Kong {@code extract}, {@code clear} and {@code inject} count as soon as one of them is
 * there, and what is missing of them is nothing. Without them {@code header_type} counts.
 */
final class Formats {
  private static final Caller NOBODY = new Caller(Context.root(), null);

  /** What is read unless somebody says. */
  private static final List<String> ALL = List.of("b3", "w3c", "jaeger", "ot");

  private static final String PRESERVE = "preserve";

  private final Format[] read;
  private final Format[] written;
  private final boolean preserves;

  /** What is written when nothing that could be preserved came. */
  private final Format usual;

  private Formats(List<String> extract, List<String> inject, String usual) {
    this.read = extract.stream().flatMap(name -> Format.read(name).stream()).toArray(Format[]::new);
    List<Format> formats = new ArrayList<>();
    for (String name : inject) {
      Format format = Format.named(name);
      if (format != null) {
        formats.add(format);
      }
    }
    this.written = formats.toArray(Format[]::new);
    this.preserves = inject.contains(PRESERVE);
    Format named = Format.named(usual);
    this.usual = named == null ? Format.W3C : named;
  }

  static Formats of(OpenTelemetryConfig config) {
    OpenTelemetryConfig.Propagation propagation = config.propagation();
    String usual = propagation.defaultFormat();
    List<String> extract = propagation.extract();
    List<String> inject = propagation.inject();
    if (extract != null || inject != null || propagation.clear() != null) {
      return new Formats(
          extract == null ? List.of() : extract, inject == null ? List.of() : inject, usual);
    }
    String type = config.headerType();
    if (type == null || type.equals(PRESERVE)) {
      return new Formats(ALL, List.of(PRESERVE), usual);
    }
    return type.equals("ignore")
        ? new Formats(List.of(), List.of(usual), usual)
        : new Formats(ALL, List.of(PRESERVE, type), usual);
  }

  /** Who calls, as the first format tells that is there. */
  Caller caller(Headers headers) {
    for (Format format : read) {
      if (format.isIn(headers)) {
        Context context = format.extract(headers);
        if (Span.fromContext(context).getSpanContext().isValid()) {
          return new Caller(context, format);
        }
      }
    }
    return NOBODY;
  }

  /** Tells of a trace that came from {@code caller}. */
  void write(Context context, Caller caller, Headers headers) {
    for (Format format : written) {
      format.inject(context, headers);
    }
    if (preserves) {
      Format came = caller.format();
      (came == null ? usual : came).inject(context, headers);
    }
  }

  /**
   * The client's span.
   *
   * @param context without a span when there is none
   * @param format how it was told; null when there is none
   */
  record Caller(Context context, @Nullable Format format) {}
}
