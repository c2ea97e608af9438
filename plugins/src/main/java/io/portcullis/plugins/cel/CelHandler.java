package io.portcullis.plugins.cel;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.HeaderText;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.plugins.endpoint.PathParameters;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Evaluates expressions until one is not true. */
final class CelHandler implements PluginHandler {
  private static final System.Logger LOG = System.getLogger(CelHandler.class.getName());
  private static final Reply UNAUTHORIZED = new Reply.Exit(401, List.of(), new byte[0]);
  private static final int FAILED = 500;

  private record Compiled(String text, CelRuntime.Program program, Reply refusal) {}

  private final List<Compiled> checks = new ArrayList<>();
  private final PathParameters path;
  private final InstantSource clock;

  CelHandler(CelConfig config, InstantSource clock) {
    this.path = new PathParameters(config.endpoint());
    this.clock = clock;
    CelLanguage language = new CelLanguage(RequestVariables.types());
    int number = 0;
    for (CelConfig.Check check : config.checks()) {
      Reply refusal = check.isAboutToken() ? UNAUTHORIZED : refusal(config, number++);
      checks.add(new Compiled(check.checkExpr(), language.compile(check.checkExpr()), refusal));
    }
  }

  @Override
  public Reply access(Exchange exchange) {
    RequestVariables variables = new RequestVariables(exchange, path, clock);
    for (Compiled check : checks) {
      if (!isTrue(check, variables)) {
        return check.refusal;
      }
    }
    return Reply.NEXT;
  }

  private static boolean isTrue(Compiled check, RequestVariables variables) {
    try {
      return Boolean.TRUE.equals(check.program.eval(variables));
    } catch (CelEvaluationException | RuntimeException failed) {
      LOG.log(System.Logger.Level.DEBUG, "{0}: {1}", check.text, CelLanguage.oneLine(failed));
      return false;
    }
  }

  private static Reply refusal(CelConfig config, int number) {
    List<Reply.HeaderLine> lines = new ArrayList<>();
    String text = "";
    if (config.returnErrorMsg()) {
      text = "request aborted by evaluator #" + number;
      lines.add(new Reply.HeaderLine("content-type", "text/plain; charset=utf-8"));
    }
    config
        .responseHeaders()
        .forEach(
            (name, value) ->
                lines.add(
                    new Reply.HeaderLine(name.toLowerCase(Locale.ROOT), HeaderText.of(value))));
    return new Reply.Exit(FAILED, lines, text.getBytes(StandardCharsets.UTF_8));
  }
}
