package io.portcullis.core.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The single description of a plugin: its place in the chain, its configuration, what it asks of
 * the gateway. Immutable: each method without a getter's name answers a changed copy.
 *
 * @param <C> configuration record; its components are the fields in camelCase
 */
public final class PluginSpec<C> implements Cloneable {
  private static final Object[] HTTP_PROTOCOLS = {"grpc", "grpcs", "http", "https"};
  private static final Object[] ALL_PROTOCOLS = {
    "grpc", "grpcs", "http", "https", "tcp", "tls", "tls_passthrough", "udp"
  };
  private static final String OWN_VERSION = "0.1.0";

  private final String name;
  private final Class<C> configType;
  private int priority;
  private String version = OWN_VERSION;
  private FieldSpec config = Fields.record("config").required();
  private List<Check> checks = List.of();
  private Set<String> forbiddenScopes = Set.of();
  private Object[] defaultProtocols = HTTP_PROTOCOLS;
  private Object[] acceptedProtocols = HTTP_PROTOCOLS;
  private boolean blocking;
  private int requestBodyLimit = -1;
  private int responseBodyLimit = -1;
  private List<EntitySpec> credentials = List.of();

  private PluginSpec(String name, Class<C> configType) {
    this.name = name;
    this.configType = configType;
  }

  /** Starts a description. {@code name} is the wire name, {@code ip-restriction} for example. */
  public static <C> PluginSpec<C> of(String name, Class<C> configType) {
    return new PluginSpec<>(name, configType);
  }

  public String name() {
    return name;
  }

  /** Plugins run by falling priority. */
  public int priority() {
    return priority;
  }

  public String version() {
    return version;
  }

  public Class<C> configType() {
    return configType;
  }

  /** Fields of the configuration, in order. */
  public List<FieldSpec> fields() {
    return config.fields();
  }

  /** The configuration as one record. */
  public FieldSpec config() {
    return config;
  }

  /** Checks over configuration fields, which they name without {@code config.}. */
  public List<Check> checks() {
    return checks;
  }

  /** Those of {@code consumer}, {@code route}, {@code service} that it cannot be bound to. */
  public Set<String> forbiddenScopes() {
    return forbiddenScopes;
  }

  /** Whether its handlers may block, and so run on a virtual thread. */
  public boolean isBlocking() {
    return blocking;
  }

  /** Bytes of request body it wants collected at most; empty when it needs none. */
  public OptionalInt requestBodyLimit() {
    return requestBodyLimit < 0 ? OptionalInt.empty() : OptionalInt.of(requestBodyLimit);
  }

  /** Bytes of response body it wants collected at most; empty when it needs none. */
  public OptionalInt responseBodyLimit() {
    return responseBodyLimit < 0 ? OptionalInt.empty() : OptionalInt.of(responseBodyLimit);
  }

  /** Entities that it keeps per consumer. */
  public List<EntitySpec> credentials() {
    return credentials;
  }

  public PluginSpec<C> priority(int newPriority) {
    PluginSpec<C> copy = copy();
    copy.priority = newPriority;
    return copy;
  }

  public PluginSpec<C> version(String newVersion) {
    PluginSpec<C> copy = copy();
    copy.version = newVersion;
    return copy;
  }

  /** Adds a field to the configuration. */
  public PluginSpec<C> field(FieldSpec field) {
    PluginSpec<C> copy = copy();
    copy.config = config.field(field);
    return copy;
  }

  /** Adds several that belong together, in their order. */
  public PluginSpec<C> fields(List<FieldSpec> more) {
    PluginSpec<C> copy = copy();
    for (FieldSpec field : more) {
      copy.config = copy.config.field(field);
    }
    return copy;
  }

  /** Adds a deprecated name for a configuration field. */
  public PluginSpec<C> shorthand(Shorthand shorthand) {
    PluginSpec<C> copy = copy();
    copy.config = config.shorthand(shorthand);
    return copy;
  }

  /**
   * Adds a check over configuration fields; they are named from the configuration down, while
   * messages name them from the entity down ({@code config.allow}).
   */
  public PluginSpec<C> check(Check check) {
    PluginSpec<C> copy = copy();
    List<Check> longer = new ArrayList<>(checks);
    longer.add(check);
    copy.checks = List.copyOf(longer);
    return copy;
  }

  /**
   * Adds a check that belongs to the configuration record: its messages stand under {@code config}
   * and name fields from there down.
   */
  public PluginSpec<C> configCheck(Check check) {
    PluginSpec<C> copy = copy();
    copy.config = config.check(check);
    return copy;
  }

  /** Adds a rule whose message stands for the whole configuration; it sees legal values only. */
  public PluginSpec<C> configRule(ValueRule rule) {
    PluginSpec<C> copy = copy();
    copy.config = config.rule(rule);
    return copy;
  }

  /** Refuses to be bound to {@code consumer}, {@code route} or {@code service}. */
  public PluginSpec<C> forbid(String scope) {
    PluginSpec<C> copy = copy();
    Set<String> larger = new TreeSet<>(forbiddenScopes);
    larger.add(scope);
    copy.forbiddenScopes = Set.copyOf(larger);
    return copy;
  }

  /** Protocols when the configuration names none; the four HTTP ones unless told otherwise. */
  public PluginSpec<C> protocols(String... defaults) {
    PluginSpec<C> copy = copy();
    copy.defaultProtocols = defaults.clone();
    return copy;
  }

  /** Accepts configurations for any protocol, not only the four HTTP ones. */
  public PluginSpec<C> anyProtocol() {
    PluginSpec<C> copy = copy();
    copy.acceptedProtocols = ALL_PROTOCOLS;
    return copy;
  }

  public PluginSpec<C> blocking() {
    PluginSpec<C> copy = copy();
    copy.blocking = true;
    return copy;
  }

  /** Wants request bodies up to {@code limitBytes}; longer ones are refused with 413. */
  public PluginSpec<C> buffersRequestBody(int limitBytes) {
    PluginSpec<C> copy = copy();
    copy.requestBodyLimit = limitBytes;
    return copy;
  }

  /** Wants response bodies up to {@code limitBytes}. */
  public PluginSpec<C> buffersResponseBody(int limitBytes) {
    PluginSpec<C> copy = copy();
    copy.responseBodyLimit = limitBytes;
    return copy;
  }

  public PluginSpec<C> credentials(EntitySpec... entities) {
    PluginSpec<C> copy = copy();
    copy.credentials = List.of(entities);
    return copy;
  }

  /**
   * Builds the configuration record.
   *
   * @param validatedConfig a stored configuration, every field present
   * @throws IllegalArgumentException when the record's own constructor refuses it
   */
  public C decode(ObjectNode validatedConfig) {
    return ConfigDecoder.decode(configType, fields(), validatedConfig);
  }

  /** The configuration that an empty object stands for, as stored; null where nothing is set. */
  public ObjectNode defaults() {
    Preparation preparation =
        new Preparation(java.time.InstantSource.system(), new SecureRandomValues());
    ObjectNode prepared =
        preparation.whole(fields(), config.shorthands(), Json.NODES.objectNode(), new Violations());
    return Preparation.complete(fields(), prepared);
  }

  /**
   * @throws IllegalStateException when the configuration record does not fit the fields
   */
  public void verify() {
    ConfigDecoder.verify(configType, fields(), "plugin " + name);
  }

  /** The plugin entity's fields, with those that this plugin describes more closely replaced. */
  List<FieldSpec> entityFields(List<FieldSpec> base) {
    List<FieldSpec> fields = new ArrayList<>(base.size());
    for (FieldSpec field : base) {
      if (field.name().equals("config")) {
        fields.add(config);
      } else if (field.name().equals("protocols")) {
        fields.add(protocolsField());
      } else if (forbiddenScopes.contains(field.name())) {
        fields.add(field.eqNull());
      } else {
        fields.add(field);
      }
    }
    return List.copyOf(fields);
  }

  FieldSpec protocolsField() {
    return Fields.set("protocols", Types.STRING.oneOf(acceptedProtocols))
        .required()
        .defaultsToList(defaultProtocols)
        .doc("Protocols for which the plugin runs.");
  }

  List<Check> entityChecks() {
    return checks.stream().map(check -> check.under("config")).toList();
  }

  static JsonNode defaultProtocolNames() {
    return Json.of(List.of(HTTP_PROTOCOLS));
  }

  @SuppressWarnings("unchecked") // clone answers its own type
  private PluginSpec<C> copy() {
    try {
      return (PluginSpec<C>) clone();
    } catch (CloneNotSupportedException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
