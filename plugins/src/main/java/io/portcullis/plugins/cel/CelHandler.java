package io.portcullis.plugins.cel;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.HeaderText;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.plugins.endpoint.PathParameters;
import io.portcullis.plugins.expression.ExchangeFacts;
import io.portcullis.plugins.expression.RequestChecks;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Evaluates expressions until one is not true. */
final class CelHandler implements PluginHandler {
  private static final Reply UNAUTHORIZED = new Reply.Exit(401, List.of(), new byte[0]);
  private static final int FAILED = 500;

  private final RequestChecks checks;
  private final PathParameters path;
  private final boolean tells;
  private final List<Reply.HeaderLine> headers = new ArrayList<>();

  CelHandler(CelConfig config, InstantSource clock) {
    this.checks =
        new RequestChecks(config.checks().stream().map(CelConfig.Check::checkExpr).toList(), clock);
    this.path = new PathParameters(config.endpoint());
    this.tells = config.returnErrorMsg();
    if (tells) {
      headers.add(new Reply.HeaderLine("content-type", "text/plain; charset=utf-8"));
    }
    config
        .responseHeaders()
        .forEach(
            (name, value) ->
                headers.add(
                    new Reply.HeaderLine(name.toLowerCase(Locale.ROOT), HeaderText.of(value))));
  }

  @Override
  public Reply access(Exchange exchange) {
    RequestChecks.Failure failure = checks.firstFailure(new ExchangeFacts(exchange, path));
    if (failure == null) {
      return Reply.NEXT;
    }
    if (failure.aboutToken()) {
      return UNAUTHORIZED;
    }
    String text = tells ? failure.message() : "";
    return new Reply.Exit(FAILED, headers, text.getBytes(StandardCharsets.UTF_8));
  }
}
