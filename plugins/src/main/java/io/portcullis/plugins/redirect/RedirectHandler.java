package io.portcullis.plugins.redirect;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Answers every request with a location. */
final class RedirectHandler implements PluginHandler {
  private static final byte[] BODY = "redirecting".getBytes(StandardCharsets.US_ASCII);

  private final int status;
  private final String location;
  private final boolean keepsPath;
  private final Reply fixed;

  /**
   * @param location whole, or without path and query when the request's are kept
   */
  RedirectHandler(int status, String location, boolean keepsPath) {
    this.status = status;
    this.location = location;
    this.keepsPath = keepsPath;
    this.fixed = to(location);
  }

  @Override
  public Reply access(Exchange exchange) {
    return keepsPath ? to(location + exchange.request().rawTarget()) : fixed;
  }

  private Reply to(String target) {
    return new Reply.Exit(status, List.of(new Reply.HeaderLine("location", target)), BODY);
  }
}
