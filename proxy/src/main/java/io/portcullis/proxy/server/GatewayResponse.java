package io.portcullis.proxy.server;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.Response;
import org.jspecify.annotations.Nullable;

/** The answer as plugins see it. */
final class GatewayResponse implements Response {
  private int status;
  private Headers headers = new Headers();
  private Source source = Source.ERROR;
  private byte @Nullable [] body;
  private byte @Nullable [] replacement;
  private @Nullable Headers trailers;

  void begin(int newStatus, Headers lines, Source newSource) {
    status = newStatus;
    headers = lines;
    source = newSource;
    body = null;
    replacement = null;
    trailers = null;
  }

  void trailers(@Nullable Headers received) {
    trailers = received;
  }

  void collected(byte[] whole) {
    body = whole;
  }

  /** What a plugin put in the body's place; null when nobody did. */
  byte @Nullable [] replacement() {
    return replacement;
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public void setStatus(int changed) {
    status = changed;
  }

  @Override
  public Headers headers() {
    return headers;
  }

  @Override
  public Source source() {
    return source;
  }

  @Override
  public @Nullable Headers trailers() {
    return trailers;
  }

  @Override
  public byte @Nullable [] body() {
    return replacement == null ? body : replacement;
  }

  @Override
  public void setBody(byte[] changed) {
    replacement = changed;
  }
}
