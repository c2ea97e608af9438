package io.portcullis.plugins.correlationid;

import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.string;

import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.Plugin;
import io.portcullis.core.plugin.PluginContext;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.schema.PluginSpec;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** One identifier for a request: at the upstream, in the answer and in the logs. */
public final class CorrelationIdPlugin implements Plugin<CorrelationIdConfig> {
  private static final PluginSpec<CorrelationIdConfig> SPEC =
      PluginSpec.of("correlation-id", CorrelationIdConfig.class)
          .priority(100001)
          .field(
              string("header_name")
                  .defaultsTo("Kong-Request-ID")
                  .doc("Name of the header that carries the identifier."))
          .field(
              string("generator")
                  .oneOf("uuid", "uuid#counter", "tracker")
                  .defaultsTo("uuid#counter")
                  .required()
                  .doc("Form of identifiers that are made here."))
          .field(
              bool("echo_downstream")
                  .defaultsTo(false)
                  .required()
                  .doc("Whether the answer carries the identifier too."));

  private final Supplier<UUID> random;

  /** With UUIDs that are unique, not secret. */
  public CorrelationIdPlugin() {
    this(CorrelationIdPlugin::quickUuid);
  }

  CorrelationIdPlugin(Supplier<UUID> random) {
    this.random = random;
  }

  @Override
  public PluginSpec<CorrelationIdConfig> spec() {
    return SPEC;
  }

  @Override
  public PluginHandler start(CorrelationIdConfig config, PluginContext context) {
    String header = config.headerName();
    if (!header.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
      throw new IllegalArgumentException("'" + header + "' is not the name of a header");
    }
    return new CorrelationIdHandler(
        header.toLowerCase(Locale.ROOT),
        source(config.generator(), context),
        config.echoDownstream());
  }

  private IdentifierSource source(String generator, PluginContext context) {
    return switch (generator) {
      case "uuid" -> (Exchange exchange) -> random.get().toString();
      case "uuid#counter" ->
          context.shared(CountedIdentifiers.class, () -> new CountedIdentifiers(random));
      case "tracker" -> new Tracker(context.node().processId(), context.clock());
      default -> throw new IllegalArgumentException("no generator is named " + generator);
    };
  }

  /** Version 4 (RFC 9562, 5.4) without the lock of a secure generator. */
  private static UUID quickUuid() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = random.nextLong() & ~0xf000L | 0x4000L;
    long low = random.nextLong() & ~(3L << 62) | 1L << 63;
    return new UUID(high, low);
  }
}
