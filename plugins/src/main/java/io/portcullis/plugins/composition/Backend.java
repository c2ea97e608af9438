package io.portcullis.plugins.composition;

import io.portcullis.core.plugin.BodyFlow;
import io.portcullis.core.plugin.CallObserver;
import io.portcullis.core.plugin.Headers;
import io.portcullis.core.plugin.UpstreamCaller.Allowance;
import io.portcullis.core.plugin.UpstreamCaller.Answer;
import io.portcullis.plugins.composition.encoding.BackendEncoding;
import io.portcullis.plugins.composition.encoding.UnreadableAnswerException;
import io.portcullis.plugins.composition.martian.Message;
import io.portcullis.plugins.composition.shape.NumberLiteral;
import io.portcullis.plugins.composition.shape.OrderedObject;
import io.portcullis.plugins.composition.shape.PartShape;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Calls one backend and makes a part of what it answers. */
final class Backend implements Stage {
  private static final System.Logger LOG = System.getLogger(Backend.class.getName());

  private static final int OK = 200;
  private static final int CREATED = 201;

  /** Longer answers are read on a virtual thread, not on the one that serves connections. */
  private static final int LARGE = 128 * 1024;

  /** The same for what may become a thousand times as long. */
  private static final int LARGE_ZIPPED = 4 * 1024;

  private static final String ALL = "*";
  private static final byte[] NO_BODY = {};

  private final BackendConfig config;
  private final UrlPattern pattern;
  private final List<String> hosts;

  /** What is called on each host, when no request changes it; else null. */
  private final @Nullable List<URI> fixed;

  private final AtomicInteger nextHost = new AtomicInteger();
  private final BackendEncoding encoding;
  private final PartShape shape;
  private final boolean narrowsHeaders;
  private final Set<String> headerNames = new HashSet<>();
  private final boolean narrowsArguments;
  private final Set<String> argumentNames;
  private final @Nullable GraphQlOperation operation;
  private final Caller caller;
  private final Executor readers;
  private final int bodyLimit;

  /**
   * @param encoding of its answers, whatever the configuration says
   * @param caller the way to the wire
   * @param readers runs what takes long
   * @param bodyLimit octets of an answer once inflated
   */
  Backend(
      BackendConfig config,
      BackendEncoding encoding,
      Caller caller,
      Executor readers,
      int bodyLimit) {
    this.config = config;
    this.pattern = new UrlPattern(config.urlPattern());
    this.hosts = config.host().stream().map(host -> HostText.base(host, config)).toList();
    String constant = pattern.constant();
    this.fixed =
        constant == null ? null : hosts.stream().map(host -> URI.create(host + constant)).toList();
    this.encoding = encoding;
    this.shape =
        new PartShape(
            config.target(),
            config.allow(),
            config.deny(),
            config.mapping(),
            config.group(),
            config.flatmapFilter());
    this.narrowsHeaders = !config.inputHeaders().isEmpty() && !config.inputHeaders().contains(ALL);
    config.inputHeaders().forEach(name -> headerNames.add(name.toLowerCase(Locale.ROOT)));
    this.narrowsArguments =
        !config.inputQueryStrings().isEmpty() && !config.inputQueryStrings().contains(ALL);
    this.argumentNames = Set.copyOf(config.inputQueryStrings());
    GraphQlConfig graphql = config.graphql();
    this.operation = graphql == null ? null : new GraphQlOperation(graphql);
    this.caller = caller;
    this.readers = readers;
    this.bodyLimit = bodyLimit;
  }

  @Override
  public CompletableFuture<Outcome> call(
      ClientRequest request, List<Map<String, Object>> earlier, Deadline deadline) {
    try {
      AnswerMemory.Share body = request.memory().another();
      return started(request, outgoing(request, earlier, body), body, deadline);
    } catch (RuntimeException malformed) {
      // A URL that cannot be called, made of what a client or another backend sent.
      return CompletableFuture.completedFuture(
          Outcome.Failed.because(String.valueOf(malformed.getMessage())));
    }
  }

  private CompletableFuture<Outcome> started(
      ClientRequest request,
      Message.Outgoing outgoing,
      AnswerMemory.Share body,
      Deadline deadline) {
    boolean inflates = !outgoing.headers().contains("accept-encoding");
    if (inflates) {
      outgoing.headers().set("accept-encoding", "gzip");
    }
    Reception reception = new Reception(outgoing, inflates, body, request.memory());
    CallObserver observer = request.observer();
    CallObserver.Call observed =
        observer == null
            ? null
            : observer.begun(
                config.urlPattern(), outgoing.method(), outgoing.uri(), outgoing.headers());
    CompletableFuture<Answer> call = caller.call(outgoing, deadline);
    if (observed != null) {
      call.whenComplete(
          (answer, failure) -> observed.ended(answer == null ? 0 : answer.status(), failure));
    }
    reception.source = call;
    call.whenComplete(reception::arrived);
    return reception;
  }

  /** An answer on its way to become a part. */
  private final class Reception extends CompletableFuture<Outcome> {
    /** As the last of its calls went out, once there is an answer. */
    private final Message.Outgoing outgoing;

    private final boolean inflates;

    /** Of the answer as it comes. */
    private final AnswerMemory.Share body;

    /** Of what it becomes. */
    private final AnswerMemory.Share memory;

    private volatile @Nullable CompletableFuture<Answer> source;
    private volatile @Nullable Answer large;

    Reception(
        Message.Outgoing outgoing,
        boolean inflates,
        AnswerMemory.Share body,
        AnswerMemory.Share memory) {
      this.outgoing = outgoing;
      this.inflates = inflates;
      this.body = body;
      this.memory = memory;
    }

    void arrived(@Nullable Answer answer, @Nullable Throwable failure) {
      source = null; // what it answered is not kept longer than it takes to read it
      BodyFlow flow = answer == null ? null : answer.flow();
      if (answer == null) {
        body.close();
        complete(failed(failure));
      } else if (flow != null && inflates && Inflation.isGzip(answer)) {
        CompletableFuture<Answer> whole = CollectedFlow.of(answer, flow, bodyLimit, body);
        source = whole;
        whole.whenComplete(this::arrived);
        if (isDone()) {
          whole.cancel(false);
        }
      } else if (flow != null) {
        body.close();
        if (!complete(new Outcome.Raw(answer))) {
          flow.cancel();
        }
      } else if (answer.body().length > (Inflation.isGzip(answer) ? LARGE_ZIPPED : LARGE)) {
        large = answer;
        readers.execute(this::readLarge);
      } else {
        complete(outcome(answer));
      }
    }

    /** Lets go of the body before what it became is written. */
    private void readLarge() {
      complete(outcome(taken()));
    }

    private Answer taken() {
      Answer answer = Objects.requireNonNull(large);
      large = null;
      return answer;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean cancelled = super.cancel(mayInterruptIfRunning);
      CompletableFuture<Answer> call = source;
      if (call != null) {
        call.cancel(mayInterruptIfRunning);
      }
      return cancelled;
    }

    private Outcome outcome(Answer answer) {
      try {
        Answer plain = inflates && Inflation.isGzip(answer) ? inflated(answer, body) : answer;
        return encoding == BackendEncoding.NO_OP ? new Outcome.Raw(plain) : part(plain);
      } catch (UnreadableAnswerException | IOException unreadable) {
        return failed(unreadable);
      } catch (RuntimeException unexpected) {
        LOG.log(
            System.Logger.Level.ERROR,
            () -> "composition: answer of " + outgoing.uri(),
            unexpected);
        return Outcome.Failed.because("the answer could not be processed");
      } finally {
        body.close();
      }
    }

    private Outcome part(Answer answer) throws UnreadableAnswerException {
      if (answer.status() != OK && answer.status() != CREATED) {
        return refused(answer);
      }
      return new Outcome.Part(
          shape.apply(encoding.read(answer.body(), config.isCollection(), memory)), true);
    }

    private Outcome refused(Answer answer) {
      String details = config.returnErrorDetails();
      if (details != null) {
        return new Outcome.Part(details(details, answer), false);
      }
      if (config.returnErrorCode()) {
        String type = answer.headers().get("content-type");
        return new Outcome.Failed(
            new String(answer.body(), StandardCharsets.UTF_8),
            answer.status(),
            type == null ? "" : type);
      }
      String called = config.method() == null ? outgoing.method() : config.method();
      String message =
          "invalid status code "
              + answer.status()
              + " ["
              + called
              + ' '
              + config.urlPattern()
              + "]: "
              + outgoing.uri();
      LOG.log(System.Logger.Level.DEBUG, message);
      return Outcome.Failed.because(message);
    }

    private Outcome failed(@Nullable Throwable failure) {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      if (cause == null || cause instanceof CancellationException) {
        return Outcome.Failed.because("context canceled");
      }
      LOG.log(
          System.Logger.Level.DEBUG,
          () -> "composition: " + outgoing.method() + ' ' + outgoing.uri(),
          cause);
      return Outcome.Failed.because(String.valueOf(cause.getMessage()));
    }
  }

  private Answer inflated(Answer answer, Allowance memory) throws IOException {
    Headers headers = answer.headers();
    headers.remove("content-encoding");
    headers.remove("content-length");
    return new Answer(
        answer.status(), headers, Inflation.inflated(answer.body(), bodyLimit, memory));
  }

  private static Map<String, Object> details(String alias, Answer answer) {
    Map<String, Object> details = new OrderedObject();
    details.put("http_status_code", new NumberLiteral(Integer.toString(answer.status())));
    if (answer.body().length > 0) {
      details.put("http_body", new String(answer.body(), StandardCharsets.UTF_8));
    }
    String type = answer.headers().get("content-type");
    if (type != null && !type.isEmpty()) {
      details.put("http_body_encoding", type);
    }
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("error_" + alias, details);
    return part;
  }

  private Message.Outgoing outgoing(
      ClientRequest request, List<Map<String, Object>> earlier, Allowance memory) {
    int turn = hosts.size() == 1 ? 0 : Math.floorMod(nextHost.getAndIncrement(), hosts.size());
    List<ClientRequest.Argument> arguments = arguments(request);
    String method = config.method() == null ? request.method() : config.method();
    Headers headers = headers(request);
    byte[] body = request.body();
    if (operation != null) {
      ObjectNode document = operation.document(request, earlier);
      method = operation.method();
      headers.set("content-type", "application/json");
      if (operation.isInUrl()) {
        arguments = GraphQlOperation.with(arguments, document);
        body = NO_BODY;
      } else {
        body = GraphQlOperation.bytes(document);
      }
    }
    URI uri =
        fixed != null && arguments.isEmpty()
            ? fixed.get(turn)
            : URI.create(hosts.get(turn) + pattern.filled(request, earlier, arguments));
    return new Message.Outgoing(method, uri, headers, body, memory);
  }

  private List<ClientRequest.Argument> arguments(ClientRequest request) {
    if (!narrowsArguments) {
      return request.query();
    }
    List<ClientRequest.Argument> fewer = new ArrayList<>();
    for (ClientRequest.Argument argument : request.query()) {
      if (argumentNames.contains(argument.name())) {
        fewer.add(argument);
      }
    }
    return fewer;
  }

  private Headers headers(ClientRequest request) {
    Headers copy = request.headers().copy();
    if (narrowsHeaders) {
      for (int i = copy.size() - 1; i >= 0; i--) {
        String name = copy.name(i);
        if (!headerNames.contains(name) && !RequestReader.isOfTheGateway(name)) {
          copy.removeAt(i);
        }
      }
      if (!headerNames.contains("user-agent") && copy.contains("x-forwarded-via")) {
        String own = copy.get("x-forwarded-via");
        copy.remove("x-forwarded-via");
        copy.set("user-agent", own == null ? "" : own);
      }
    }
    return copy;
  }
}
