package io.portcullis.plugins.composition;

import io.portcullis.core.plugin.BodyFlow;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.UpstreamCaller.Answer;
import io.portcullis.plugins.composition.encoding.OutputEncoding;
import io.portcullis.plugins.endpoint.GoDuration;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Answers each request with what its backends say. */
final class CompositionHandler implements PluginHandler {
  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final byte[] NO_BODY = {};
  private static final String TEXT = "text/plain; charset=utf-8";

  /** Lines of the backend's connection, not of its answer. */
  private static final Set<String> NOT_PASSED =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "transfer-encoding",
          "content-length",
          "upgrade",
          "trailer",
          "te");

  private final RequestReader reader;
  private final Stage stage;
  private final List<Stage> shadows = new ArrayList<>();
  private final List<Duration> shadowTimeouts = new ArrayList<>();
  private final OutputEncoding output;
  private final Duration timeout;
  private final LongSupplier nanos;
  private final AnswerMemory memory;
  private final boolean returnErrorMessage;
  private final List<Reply.HeaderLine> complete;
  private final List<Reply.HeaderLine> incomplete;

  /**
   * A stage whose answer nobody waits for.
   *
   * @param timeout as Go writes durations; null or zero for that of the whole
   */
  record Shadow(Stage stage, @Nullable String timeout) {}

  CompositionHandler(
      CompositionConfig config,
      Stage stage,
      List<Shadow> shadows,
      AnswerMemory memory,
      LongSupplier nanos) {
    this.reader = new RequestReader(config);
    this.stage = stage;
    this.output = OutputEncoding.of(config.outputEncoding());
    this.timeout = duration(config.timeout());
    for (Shadow shadow : shadows) {
      String own = shadow.timeout();
      Duration allowed = own == null ? Duration.ZERO : duration(own);
      this.shadows.add(shadow.stage());
      this.shadowTimeouts.add(allowed.isZero() ? timeout : allowed);
    }
    this.nanos = nanos;
    this.memory = memory;
    this.returnErrorMessage = config.returnErrorMsg();
    List<Reply.HeaderLine> always = new ArrayList<>();
    config
        .responseHeaders()
        .forEach((name, value) -> always.add(new Reply.HeaderLine(lower(name), value)));
    String completed = lower(config.completedHeader());
    this.complete = new ArrayList<>(always);
    complete.add(new Reply.HeaderLine(completed, "true"));
    Duration fresh = duration(config.cacheTtl());
    if (fresh.isPositive()) {
      String seconds = "public, max-age=" + fresh.toSeconds();
      complete.add(new Reply.HeaderLine("cache-control", seconds));
    }
    this.incomplete = new ArrayList<>(always);
    incomplete.add(new Reply.HeaderLine(completed, "false"));
  }

  @Override
  public Reply access(Exchange exchange) {
    ClientRequest request;
    try {
      request = reader.read(exchange, memory.share());
    } catch (RequestReader.EncodedParameterException refused) {
      return new Reply.Exit(BAD_REQUEST, lines(List.of(), TEXT), bytes(refused.getMessage()));
    }
    Deadline deadline = Deadline.in(timeout, nanos);
    for (int i = 0; i < shadows.size(); i++) {
      shadows.get(i).call(request, List.of(), Deadline.in(shadowTimeouts.get(i), nanos));
    }
    CompletableFuture<Outcome> call = stage.call(request, List.of(), deadline);
    return new Reply.Later(
        call.thenApply(outcome -> reply(outcome, request)), () -> abandon(call, request));
  }

  private static void abandon(CompletableFuture<Outcome> call, ClientRequest request) {
    call.cancel(false);
    request.memory().close();
  }

  private Reply reply(Outcome outcome, ClientRequest request) {
    try (AnswerMemory.Share _ = request.memory()) {
      return reply(outcome, request.accept());
    }
  }

  private Reply reply(Outcome outcome, @Nullable String accept) {
    return switch (outcome) {
      case Outcome.Part part -> {
        OutputEncoding.Written written = output.write(part.data(), accept);
        boolean whole = part.complete() && !part.data().isEmpty();
        yield new Reply.Exit(
            OK, lines(whole ? complete : incomplete, written.contentType()), written.body());
      }
      case Outcome.Raw raw when output == OutputEncoding.NO_OP -> passed(raw.answer());
      case Outcome.Raw _ -> reply(new Outcome.Part(Map.of(), true), accept);
      case Outcome.Failed failed -> failure(failed);
    };
  }

  private Reply failure(Outcome.Failed failed) {
    if (!returnErrorMessage || failed.message().isEmpty() && failed.contentType().isEmpty()) {
      return new Reply.Exit(failed.status(), incomplete, NO_BODY);
    }
    String type = failed.contentType().isEmpty() ? TEXT : failed.contentType();
    return new Reply.Exit(failed.status(), lines(incomplete, type), bytes(failed.message()));
  }

  private Reply passed(Answer answer) {
    List<Reply.HeaderLine> lines = new ArrayList<>(incomplete);
    Headers headers = answer.headers();
    for (int i = 0; i < headers.size(); i++) {
      String name = lower(headers.name(i));
      if (!NOT_PASSED.contains(name)) {
        lines.add(new Reply.HeaderLine(name, headers.value(i)));
      }
    }
    BodyFlow flow = answer.flow();
    return flow == null
        ? new Reply.Exit(answer.status(), lines, answer.body())
        : new Reply.Flow(answer.status(), lines, flow);
  }

  private static List<Reply.HeaderLine> lines(List<Reply.HeaderLine> lines, String contentType) {
    List<Reply.HeaderLine> more = new ArrayList<>(lines.size() + 1);
    more.add(new Reply.HeaderLine("content-type", contentType));
    more.addAll(lines);
    return more;
  }

  private static Duration duration(String text) {
    Duration duration = GoDuration.parse(text);
    return duration == null ? Duration.ZERO : duration;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static byte[] bytes(@Nullable String text) {
    return text == null ? NO_BODY : text.getBytes(StandardCharsets.UTF_8);
  }
}
