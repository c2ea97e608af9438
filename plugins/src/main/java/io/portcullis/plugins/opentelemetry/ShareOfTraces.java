package io.portcullis.plugins.opentelemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;

/**
 * Samples a share of traces, by their ids. As in Kong a client's trace that was sampled is sampled
 * again, and one that was not stays so. Immutable.
 */
final class ShareOfTraces implements Sampler {
  private final Sampler share;

  /**
   * @param rate 0 to 1
   */
  ShareOfTraces(double rate) {
    this.share = Sampler.traceIdRatioBased(rate);
  }

  @Override
  public SamplingResult shouldSample(
      Context parentContext,
      String traceId,
      String name,
      SpanKind kind,
      Attributes attributes,
      List<LinkData> parentLinks) {
    SpanContext parent = Span.fromContext(parentContext).getSpanContext();
    if (parent.isValid() && !parent.isSampled()) {
      return SamplingResult.drop();
    }
    return parent.isValid() && !parent.isRemote()
        ? SamplingResult.recordAndSample()
        : share.shouldSample(parentContext, traceId, name, kind, attributes, parentLinks);
  }

  @Override
  public String getDescription() {
    return "share of traces";
  }
}
