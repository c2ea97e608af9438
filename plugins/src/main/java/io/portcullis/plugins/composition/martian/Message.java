package io.portcullis.plugins.composition.martian;

import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.UpstreamCaller.Allowance;
import java.net.URI;

/** What modifiers look at and change. One thread at a time. */
public abstract sealed class Message {
  private final Headers headers;
  private byte[] body;
  private boolean replaced;

  private Message(Headers headers, byte[] body) {
    this.headers = headers;
    this.body = body;
  }

  public Headers headers() {
    return headers;
  }

  public byte[] body() {
    return body;
  }

  public void replaceBody(byte[] newBody) {
    body = newBody;
    replaced = true;
  }

  public boolean isBodyReplaced() {
    return replaced;
  }

  /** A request before it is sent. */
  public static final class Outgoing extends Message {
    private String method;
    private URI uri;
    private final Allowance memory;

    /**
     * @param memory for what is answered
     */
    public Outgoing(String method, URI uri, Headers headers, byte[] body, Allowance memory) {
      super(headers, body);
      this.method = method;
      this.uri = uri;
      this.memory = memory;
    }

    public Allowance memory() {
      return memory;
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
  }

  /** An answer before it is read. */
  public static final class Incoming extends Message {
    private final Outgoing request;
    private int status;

    public Incoming(Outgoing request, int status, Headers headers, byte[] body) {
      super(headers, body);
      this.request = request;
      this.status = status;
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
  }
}
