package io.portcullis.plugins.jsonschema;

import com.networknt.schema.Error;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.HeaderText;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a request's body and lets it pass if it fits. */
final class JsonSchemaHandler implements PluginHandler {
  private static final int BAD_REQUEST = 400;
  private static final byte[] NO_BODY = {};
  private static final String EMPTY = "could not validate an empty body";

  /** What is longer is read on another thread: tens of microseconds, at most a few hundred. */
  private static final int SHORT_BODY = 32 << 10;

  /** A body with more than this is megabytes of brackets, and would become a hundred times that. */
  private static final int MOST_TOKENS = 2_000_000;

  /** Problems that a refusal tells of; the body of a refusal stays short. */
  private static final int MOST_PROBLEMS = 20;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxTokenCount(MOST_TOKENS).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final CompiledSchema schema;
  private final boolean tells;
  private final List<Reply.HeaderLine> headers;
  private final Executor virtualThreads;

  JsonSchemaHandler(JsonSchemaConfig config, Executor virtualThreads) {
    this.schema = CompiledSchema.of(config.schema());
    this.tells = config.returnErrorMsg();
    this.headers = new ArrayList<>();
    if (tells) {
      headers.add(new Reply.HeaderLine("content-type", "text/plain; charset=utf-8"));
    }
    config
        .responseHeaders()
        .forEach(
            (name, value) ->
                headers.add(
                    new Reply.HeaderLine(name.toLowerCase(Locale.ROOT), HeaderText.of(value))));
    this.virtualThreads = virtualThreads;
  }

  @Override
  public Reply access(Exchange exchange) {
    byte[] body = exchange.request().body();
    if (body == null || body.length == 0) {
      return refusal(EMPTY);
    }
    return body.length <= SHORT_BODY
        ? check(body)
        : new Reply.Later(CompletableFuture.supplyAsync(() -> check(body), virtualThreads));
  }

  private Reply check(byte[] body) {
    JsonNode value;
    try {
      value = JSON.readTree(body);
    } catch (JacksonException broken) {
      return refusal(String.valueOf(broken.getOriginalMessage()));
    }
    if (value.isMissingNode()) {
      return refusal(EMPTY);
    }
    try {
      List<Error> problems = schema.firstProblem(value);
      if (problems.isEmpty()) {
        return Reply.NEXT;
      }
      return refusal(
          tells ? text(body.length <= SHORT_BODY ? schema.problems(value) : problems) : "");
    } catch (ArithmeticException | NumberFormatException tooLarge) {
      return refusal("a number is too large");
    }
  }

  private static String text(List<Error> problems) {
    StringBuilder text = new StringBuilder();
    for (Error problem : problems.subList(0, Math.min(MOST_PROBLEMS, problems.size()))) {
      if (!text.isEmpty()) {
        text.append('\n');
      }
      text.append("- ").append(CompiledSchema.line(problem));
    }
    return text.toString();
  }

  private Reply refusal(String message) {
    return new Reply.Exit(
        BAD_REQUEST, headers, tells ? message.getBytes(StandardCharsets.UTF_8) : NO_BODY);
  }
}
