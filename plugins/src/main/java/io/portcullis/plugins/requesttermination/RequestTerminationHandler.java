package io.portcullis.plugins.requesttermination;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.NodeInformation;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** Answers with what the configuration says; without echo the answer is made once. */
final class RequestTerminationHandler implements PluginHandler {
  private static final int MULTIPLE_CHOICES = 300;
  private static final int NOT_MODIFIED = 304;

  private final int status;
  private final @Nullable String message;
  private final @Nullable String trigger;
  private final @Nullable String triggerHeader;
  private final Reply answer;
  private final @Nullable RequestEcho echo;

  RequestTerminationHandler(RequestTerminationConfig config, NodeInformation node) {
    this.status = config.statusCode();
    this.message = config.message() != null ? config.message() : defaultMessage(status);
    this.trigger = config.trigger();
    this.triggerHeader = trigger == null ? null : trigger.toLowerCase(Locale.ROOT);
    this.answer = answer(config);
    this.echo = config.echo() ? new RequestEcho(node) : null;
  }

  @Override
  public Reply access(Exchange exchange) {
    if (trigger != null && !isTriggered(exchange.request())) {
      return Reply.NEXT;
    }
    return echo == null ? answer : echo.reply(status, message, exchange);
  }

  @Override
  public boolean wantsRequestBody() {
    return echo != null;
  }

  private boolean isTriggered(Request request) {
    if (triggerHeader != null && request.headers().contains(triggerHeader)) {
      return true;
    }
    return trigger != null
        && request.rawQuery() != null
        && (request.hasBareQueryArgument(trigger) || !request.queryValues(trigger).isEmpty());
  }

  private Reply answer(RequestTerminationConfig config) {
    String body = config.body();
    if (body != null) {
      String contentType = config.contentType();
      return new Reply.Exit(
          status,
          contentType == null
              ? List.of()
              : List.of(new Reply.HeaderLine("content-type", contentType)),
          body.getBytes(StandardCharsets.UTF_8));
    }
    if (message == null) {
      return status >= MULTIPLE_CHOICES && status != NOT_MODIFIED
          ? page(status)
          : new Reply.Exit(status, List.of(), new byte[0]);
    }
    return Reply.exit(
        status,
        JsonMapper.shared()
            .writeValueAsString(JsonNodeFactory.instance.objectNode().put("message", message)));
  }

  /** Kong leaves such an answer to its web server, which sends a page; clients see HTML. */
  private static Reply page(int status) {
    String html =
        "<html>\n<head><title>"
            + status
            + "</title></head>\n<body><h1>"
            + status
            + "</h1></body>\n</html>\n";
    return new Reply.Exit(
        status,
        List.of(new Reply.HeaderLine("content-type", "text/html; charset=UTF-8")),
        html.getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable String defaultMessage(int status) {
    return switch (status) {
      case 401 -> "Unauthorized";
      case 404 -> "Not found";
      case 405 -> "Method not allowed";
      case 500 -> "An unexpected error occurred";
      case 502 -> "Bad Gateway";
      case 503 -> "Service unavailable";
      default -> null;
    };
  }
}
