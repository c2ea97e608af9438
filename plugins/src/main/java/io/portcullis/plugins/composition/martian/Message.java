package io.portcullis.plugins.composition.martian;

import io.portcullis.core.plugin.Headers;
import java.net.URI;

/** What modifiers look at and change. One thread at a time. */
public sealed interface Message {
  Headers headers();

  byte[] body();

  void replaceBody(byte[] body);

  /** A request before it is sent. */
  final class Outgoing implements Message {
    private final Headers headers;
    private String method;
    private URI uri;
    private byte[] body;

    public Outgoing(String method, URI uri, Headers headers, byte[] body) {
      this.method = method;
      this.uri = uri;
      this.headers = headers;
      this.body = body;
    }

    public String method() {
      return method;
    }

    public void turnInto(String newMethod) {
      method = newMethod;
    }

    public URI uri() {
      return uri;
    }

    public void directTo(URI newUri) {
      uri = newUri;
    }

    @Override
    public Headers headers() {
      return headers;
    }

    @Override
    public byte[] body() {
      return body;
    }

    @Override
    public void replaceBody(byte[] newBody) {
      body = newBody;
    }
  }

  /** An answer before it is read. */
  final class Incoming implements Message {
    private final Outgoing request;
    private final Headers headers;
    private int status;
    private byte[] body;

    public Incoming(Outgoing request, int status, Headers headers, byte[] body) {
      this.request = request;
      this.status = status;
      this.headers = headers;
      this.body = body;
    }

    public Outgoing request() {
      return request;
    }

    public int status() {
      return status;
    }

    public void setStatus(int newStatus) {
      status = newStatus;
    }

    @Override
    public Headers headers() {
      return headers;
    }

    @Override
    public byte[] body() {
      return body;
    }

    @Override
    public void replaceBody(byte[] newBody) {
      body = newBody;
    }
  }
}
