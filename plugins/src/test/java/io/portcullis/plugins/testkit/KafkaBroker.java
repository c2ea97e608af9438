package io.portcullis.plugins.testkit;

import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A Kafka broker in a process of its own, so that it can be killed, started again with what it had
 * on disk, and stopped for a while. Topics are made when they are first asked for.
 */
public final class KafkaBroker implements AutoCloseable {
  /** Kept, because loggers that nobody holds forget their level. */
  private static final Logger CLIENTS = Logger.getLogger("org.apache.kafka");

  private static final Duration START_LIMIT = Duration.ofSeconds(120);
  private static final Duration READ_LIMIT = Duration.ofSeconds(60);

  private final Path folder;
  private final int port = freePort();
  private final Path settings;
  private Process process;

  private KafkaBroker(Path folder, Map<String, String> more) throws IOException {
    this.folder = folder;
    CLIENTS.setLevel(Level.SEVERE);
    Path data = Files.createDirectories(folder.resolve("data"));
    int controller = freePort();
    Properties all = new Properties();
    all.put("process.roles", "broker,controller");
    all.put("node.id", "1");
    all.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
    all.put("controller.listener.names", "CONTROLLER");
    all.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controller);
    all.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    all.put("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT");
    all.put("log.dirs", data.toString());
    all.put("num.partitions", "1");
    all.put("offsets.topic.num.partitions", "1");
    all.put("offsets.topic.replication.factor", "1");
    all.put("group.initial.rebalance.delay.ms", "0");
    more.forEach(
        (key, value) ->
            all.put(
                key,
                value
                    .replace("${port}", Integer.toString(port))
                    .replace("${controller}", Integer.toString(controller))));
    settings = folder.resolve("server.properties");
    try (BufferedWriter writer = Files.newBufferedWriter(settings)) {
      all.store(writer, null);
    }
    process = launch();
  }

  /** Starts a broker whose data lie in {@code folder}, and waits until it is ready. */
  public static KafkaBroker start(Path folder) throws IOException, InterruptedException {
    return start(folder, Map.of());
  }

  /**
   * Starts a broker with settings of its own; <code>${port}</code> and <code>${controller}</code>
   * in their values are the ports that were chosen.
   */
  public static KafkaBroker start(Path folder, Map<String, String> settings)
      throws IOException, InterruptedException {
    KafkaBroker broker = new KafkaBroker(folder, settings);
    broker.awaitReady();
    return broker;
  }

  public int port() {
    return port;
  }

  /** {@code host:port} */
  public String servers() {
    return "127.0.0.1:" + port;
  }

  /** Ends it at once, as a power cut would. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Starts it again after {@link #kill}, with the data it had. */
  public void restart() throws IOException, InterruptedException {
    process = launch();
    awaitReady();
  }

  /** It keeps its connections and answers nothing any more. */
  public void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** It goes on where it was paused. */
  public void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** The values of all records of a topic, in order; none if there is no such topic. */
  public List<String> records(String topic) {
    Map<String, Object> reading =
        Map.of(
            "bootstrap.servers",
            servers(),
            "enable.auto.commit",
            "false",
            "allow.auto.create.topics",
            "false");
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(reading, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic, READ_LIMIT).stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, READ_LIMIT);
      long start = System.nanoTime();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<String, String> next : consumer.poll(Duration.ofMillis(200))) {
          values.add(next.value());
        }
        if (System.nanoTime() - start > READ_LIMIT.toNanos()) {
          throw new IllegalStateException("topic " + topic + " cannot be read to its end");
        }
      }
    }
    return values;
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }

  private Process launch() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            BrokerProcess.class.getName(),
            settings.toString())
        .redirectInput(new File("/dev/null"))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output").toFile())
        .start();
  }

  private void awaitReady() throws IOException, InterruptedException {
    long start = System.nanoTime();
    Path output = folder.resolve("output");
    while (!Files.readString(output).contains("broker is ready")) {
      if (!process.isAlive() || System.nanoTime() - start > START_LIMIT.toNanos()) {
        process.destroyForcibly();
        throw new IllegalStateException("no broker:\n" + Files.readString(output));
      }
      Thread.sleep(50);
    }
  }

  private void signal(String name) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
    if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
      throw new IllegalStateException("cannot signal the broker");
    }
  }

  /** A port that nobody listened on a moment ago. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
