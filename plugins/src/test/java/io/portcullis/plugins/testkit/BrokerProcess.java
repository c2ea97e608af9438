package io.portcullis.plugins.testkit;

import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** One Kafka broker that is its own controller, in this process. */
final class BrokerProcess {
  private BrokerProcess() {}

  /**
   * @param arguments the file of its settings
   */
  public static void main(String[] arguments) throws Exception {
    Map<String, String> settings = new HashMap<>();
    Properties file = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(arguments[0]))) {
      file.load(reader);
    }
    file.stringPropertyNames().forEach(name -> settings.put(name, file.getProperty(name)));
    Path data = Path.of(settings.get("log.dirs"));
    if (!Files.exists(data.resolve("meta.properties"))) {
      new Formatter()
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(1)
          .addDirectory(data.toString())
          .setMetadataLogDirectory(data.toString())
          .setControllerListenerName("CONTROLLER")
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .run();
    }
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
    server.startup();
    System.out.println("broker is ready");
    server.awaitShutdown();
  }
}
