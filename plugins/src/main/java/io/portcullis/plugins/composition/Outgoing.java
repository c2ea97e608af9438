package io.portcullis.plugins.composition;

import io.portcullis.core.plugin.Headers;
import java.net.URI;

/**
 * A call before it is made; each step on the way to the wire may change it. One thread at a time.
 */
final class Outgoing {
  String method;
  URI uri;
  final Headers headers;
  byte[] body;

  Outgoing(String method, URI uri, Headers headers, byte[] body) {
    this.method = method;
    this.uri = uri;
    this.headers = headers;
    this.body = body;
  }
}
