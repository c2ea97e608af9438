package io.portcullis.plugins.kafkaupstream;

import io.micrometer.core.instrument.Counter;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Sends each request's record on a virtual thread, because Kafka's client blocks its callers while
 * it looks for the topic, and answers when a broker has it.
 */
final class KafkaUpstreamHandler implements PluginHandler {
  /** What may be on its way at once, 32 MiB; the client library's buffer has the same size. */
  static final int MEMORY_LIMIT = 32 << 20;

  private static final Duration FLUSH_LIMIT = Duration.ofSeconds(5);
  private static final Reply SENT = Reply.exit(200, "{\"message\":\"message sent\"}");
  private static final Reply ACCEPTED = Reply.exit(202, "{\"message\":\"message accepted\"}");

  private final KafkaUpstreamConfig config;
  private final Executor virtualThreads;
  private final RecordValue values;
  private final Backlog backlog;
  private final DeliveryLog log;
  private final LateTopic topic;
  private final Counter delivered;
  private final Counter failed;

  KafkaUpstreamHandler(KafkaUpstreamConfig config, PluginContext context) {
    this.config = config;
    this.virtualThreads = context.virtualThreads();
    this.values = new RecordValue(config);
    this.backlog = new Backlog(config.producerAsyncBufferingLimitsMessagesInMemory(), MEMORY_LIMIT);
    this.log =
        new DeliveryLog(
            "topic " + config.topic() + " at " + config.bootstrapServers(), context.clock());
    String clientId = "portcullis-" + context.configuration().id();
    this.topic =
        new LateTopic(
            () -> KafkaTopic.open(config, clientId, context.certificates()), context.clock());
    this.delivered = records(context, "delivered");
    this.failed = records(context, "failed");
  }

  private static Counter records(PluginContext context, String outcome) {
    return Counter.builder("portcullis.kafka.records")
        .description("Records of kafka-upstream by what became of them.")
        .tag("outcome", outcome)
        .register(context.meters());
  }

  @Override
  public boolean wantsRequestBody() {
    return config.forwardBody();
  }

  @Override
  public Reply access(Exchange exchange) {
    ReceivedRequest request = ReceivedRequest.of(exchange.request(), config);
    int size = request.body().length;
    if (size > config.producerRequestLimitsBytesPerRequest()) {
      return DeliveryProblem.TOO_LARGE.reply();
    }
    if (!backlog.enter(size)) {
      return DeliveryProblem.BUSY.reply();
    }
    Delivery delivery = new Delivery(request);
    try {
      virtualThreads.execute(delivery);
    } catch (RejectedExecutionException stopping) {
      delivery.failed(DeliveryProblem.UNAVAILABLE, "the gateway is stopping");
    }
    return new Reply.Later(delivery.answer);
  }

  /** Waits for what is on its way, but not for long. */
  @Override
  public void close() {
    long start = System.nanoTime();
    backlog.close(FLUSH_LIMIT);
    Duration left = FLUSH_LIMIT.minusNanos(System.nanoTime() - start);
    topic.close(left.isNegative() ? Duration.ZERO : left);
  }

  /** One record on its way. */
  private final class Delivery implements Runnable, RecordSink.Outcome {
    private final ReceivedRequest request;
    private final CompletableFuture<Reply> answer = new CompletableFuture<>();
    private final AtomicBoolean over = new AtomicBoolean();

    Delivery(ReceivedRequest request) {
      this.request = request;
    }

    @Override
    public void run() {
      try {
        byte[] value = values.of(request);
        if (config.producerAsync()) {
          answer.complete(ACCEPTED);
        }
        topic.get().send(value, this);
      } catch (UnreadableBodyException unreadable) {
        if (leave()) {
          answer.complete(refusal(unreadable));
        }
      } catch (UnreachableTopicException unreachable) {
        failed(DeliveryProblem.UNREACHABLE, String.valueOf(unreachable.getMessage()));
      } catch (Throwable unexpected) {
        failed(DeliveryProblem.REFUSED, unexpected.toString());
      }
    }

    @Override
    public void delivered() {
      if (leave()) {
        delivered.increment();
        log.delivered();
        answer.complete(SENT);
      }
    }

    @Override
    public void failed(DeliveryProblem problem, String reason) {
      if (leave()) {
        failed.increment();
        if (problem != DeliveryProblem.TOO_LARGE) {
          log.failed(reason);
        }
        answer.complete(problem.reply());
      }
    }

    private boolean leave() {
      if (!over.compareAndSet(false, true)) {
        return false;
      }
      backlog.leave(request.body().length);
      return true;
    }
  }

  private static Reply refusal(UnreadableBodyException unreadable) {
    return Reply.exit(
        400,
        JsonMapper.shared()
            .writeValueAsString(
                JsonNodeFactory.instance.objectNode().put("message", unreadable.getMessage())));
  }
}
