package io.portcullis.plugins.composition;

import static io.portcullis.core.schema.Fields.any;
import static io.portcullis.core.schema.Fields.array;
import static io.portcullis.core.schema.Fields.bool;
import static io.portcullis.core.schema.Fields.integer;
import static io.portcullis.core.schema.Fields.map;
import static io.portcullis.core.schema.Fields.number;
import static io.portcullis.core.schema.Fields.record;
import static io.portcullis.core.schema.Fields.string;
import static io.portcullis.core.schema.Types.STRING;

import io.portcullis.core.schema.FieldSpec;
import io.portcullis.core.schema.PluginSpec;
import io.portcullis.plugins.composition.encoding.BackendEncoding;
import io.portcullis.plugins.composition.encoding.OutputEncoding;
import io.portcullis.plugins.composition.martian.ModifierParser;
import io.portcullis.plugins.endpoint.GoDuration;
import io.portcullis.plugins.endpoint.PathTemplate;
import io.portcullis.plugins.expression.RequestChecks;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Describes the configuration of {@code composition}. */
final class CompositionFields {
  /** What a request's body may have at most: 16 MiB. */
  private static final int REQUEST_LIMIT = 16 << 20;

  private static final int ANSWER_LIMIT = 16 << 20;
  private static final int MOST_CALLS = 16;
  private static final int MOST_BACKENDS = 64;
  private static final int MOST_ITEMS = 1_000;
  private static final int SECONDS_PER_YEAR = 31_536_000;

  private CompositionFields() {}

  static PluginSpec<CompositionConfig> spec() {
    return PluginSpec.of("composition", CompositionConfig.class)
        .priority(1)
        .field(
            string("endpoint")
                .startsWith("/")
                .doc(
                    "Path whose `{placeholders}` are the path parameters, `/users/{id}`; without it"
                        + " they are the captures of the route's regex."))
        .field(
            duration("timeout", "2s")
                .doc(
                    "For the whole answer, as in `1s` or `100ms`; several backends get 85 % of it,"
                        + " concurrent calls 75 %."))
        .field(
            duration("cache_ttl", "0s")
                .doc("How long clients may keep a complete answer: sets `Cache-Control`."))
        .field(
            string("output_encoding")
                .oneOf(Stream.of(OutputEncoding.values()).map(OutputEncoding::word).toArray())
                .required()
                .defaultsTo("json")
                .doc("How the answer is written."))
        .field(
            integer("concurrent_calls")
                .between(1, MOST_CALLS)
                .required()
                .defaultsTo(1)
                .doc("How many equal calls of each backend race; the first success counts."))
        .field(
            array("input_headers", STRING)
                .required()
                .defaultsToList()
                .doc(
                    "Client headers that backends get; `*` is all. While none is listed,"
                        + " `Content-Type` is."))
        .field(
            array("input_query_strings", STRING)
                .required()
                .defaultsToList()
                .doc("Client query arguments that backends get; `*` is all."))
        .field(
            array("backend", backend())
                .required()
                .lenMin(1)
                .lenMax(MOST_BACKENDS)
                .doc("What is called."))
        .field(
            bool("sequential")
                .required()
                .defaultsTo(false)
                .doc(
                    "Whether backends are called one after another and may use earlier answers:"
                        + " `{resp0_id}`."))
        .field(
            record(
                    "static",
                    string("strategy")
                        .oneOf("always", "success", "errored", "complete", "incomplete")
                        .required()
                        .defaultsTo("always")
                        .doc("When the members are added."),
                    map("data", STRING, any("")).required().doc("The members."))
                .doc("Members that are added to the answer."))
        .field(flatmap().doc("Operations on the merged answer; needs two backends or more."))
        .field(
            bool("return_error_msg")
                .required()
                .defaultsTo(false)
                .doc("Whether the body of a failed answer says why."))
        .field(
            string("completed_header")
                .required()
                .lenMin(1)
                .defaultsTo("X-Krakend-Completed")
                .doc("Header that says whether all parts of the answer are there."))
        .field(
            map("response_headers", STRING, STRING)
                .required()
                .defaultsTo(Map.of())
                .doc("Headers of every answer but a 400."))
        .field(
            string("user_agent")
                .required()
                .lenMin(1)
                .defaultsTo("Portcullis")
                .doc("What backends are told who calls, unless the client's is forwarded."))
        .field(
            integer("max_body_size")
                .between(1, Integer.MAX_VALUE)
                .required()
                .defaultsTo(ANSWER_LIMIT)
                .doc("Octets of one backend's answer that are accepted, also once inflated."))
        .configRule(CompositionFields::refusal)
        .buffersRequestBody(REQUEST_LIMIT);
  }

  private static FieldSpec backend() {
    return record(
        "",
        array("host", STRING.rule(host -> HostText.refusal(host.stringValue())))
            .required()
            .lenMin(1)
            .doc("Where it is called, one after the other: URLs, names, or names of upstreams."),
        string("url_pattern")
            .required()
            .lenMin(1)
            .doc(
                "Path and query, with `{name}` for path parameters, `{JWT.claim}`,"
                    + " `{input_headers.Name}`, `{input_query_strings.name}`, `{resp0_name}`."),
        string("method")
            .match("^[A-Z]+$")
            .doc("Method of the call; the client's when there is none."),
        string("encoding")
            .oneOf(Stream.of(BackendEncoding.values()).map(BackendEncoding::word).toArray())
            .required()
            .defaultsTo("json")
            .doc("Encoding of its answers."),
        bool("is_collection")
            .required()
            .defaultsTo(false)
            .doc("Whether its JSON is an array, which becomes the member `collection`."),
        string("target")
            .required()
            .lenMin(0)
            .defaultsTo("")
            .doc("Dotted path of the object that becomes the part."),
        array("allow", STRING)
            .required()
            .defaultsToList()
            .doc("Dotted paths that stay; `deny` is not looked at beside it."),
        array("deny", STRING).required().defaultsToList().doc("Dotted paths that go."),
        map("mapping", STRING, STRING)
            .required()
            .defaultsTo(Map.of())
            .doc("New names of first-level members."),
        string("group")
            .required()
            .lenMin(0)
            .defaultsTo("")
            .doc("Member of the answer that the part is put in."),
        flatmap().doc("Operations in place of `allow`, `deny` and `mapping`."),
        string("sd")
            .oneOf("static", "dns")
            .required()
            .defaultsTo("static")
            .doc(
                "How hosts are found: `static` are names with addresses, `dns` are names of"
                    + " services with SRV records."),
        string("sd_scheme")
            .oneOf("http", "https")
            .required()
            .defaultsTo("http")
            .doc("Scheme of hosts without one."),
        bool("disable_host_sanitize")
            .required()
            .defaultsTo(false)
            .doc("Whether a host's path is kept."),
        array("input_headers", STRING)
            .required()
            .defaultsToList()
            .doc("Of the headers that are let in, those that this backend gets; none for all."),
        array("input_query_strings", STRING)
            .required()
            .defaultsToList()
            .doc("Likewise of query arguments."),
        string("return_error_details")
            .lenMin(1)
            .doc("Tells a bad status in the answer's member `error_…` instead of failing."),
        bool("return_error_code")
            .required()
            .defaultsTo(false)
            .doc("Whether the client gets the bad status of this backend if it is the only one."),
        bool("send_body_on_redirect")
            .required()
            .defaultsTo(false)
            .doc("Whether 307 and 308 are followed with the body."),
        bool("shadow")
            .required()
            .defaultsTo(false)
            .doc("Whether it is called without its answer being waited for or used."),
        string("shadow_timeout")
            .rule(CompositionFields::refusedDuration)
            .doc("Time for a shadow's answer; that of the whole when there is none."),
        bool("verify_tls")
            .required()
            .defaultsTo(true)
            .doc("Whether its certificate must be trusted and fit its name."),
        array(
                "cel",
                record(
                    "",
                    string("check_expr")
                        .required()
                        .rule(text -> RequestChecks.refusal(text.stringValue()))
                        .doc("An expression that must be true.")))
            .required()
            .defaultsToList()
            .doc("What must be true of a request for the backend to be called, as with `cel`."),
        any("martian")
            .rule(CompositionFields::refusedModifier)
            .doc("Modifier of requests and answers: `{\"header.Modifier\": {…}}`."),
        record(
                "circuit_breaker",
                string("name").required().lenMin(0).defaultsTo("").doc("Name in the log."),
                seconds("interval", 0)
                    .required()
                    .doc("Seconds after which failures are forgotten; 0 for never."),
                seconds("timeout", 0)
                    .required()
                    .doc("Seconds until the backend is tried again; 0 for 60."),
                integer("max_errors")
                    .between(0, Integer.MAX_VALUE)
                    .required()
                    .doc("Failures in a row that are borne; one more opens."),
                bool("log_status_change")
                    .required()
                    .defaultsTo(false)
                    .doc("Whether the log tells when it opens and closes."))
            .doc("Leaves a backend alone that keeps failing."),
        record(
                "rate_limit",
                number("max_rate").gt(0).required().doc("Calls per `every`."),
                integer("capacity")
                    .between(0, Integer.MAX_VALUE)
                    .required()
                    .defaultsTo(0)
                    .doc("Calls that may come at once; 0 for as many as `max_rate`."),
                duration("every", "1s").doc("What `max_rate` counts in."))
            .doc("How often the backend is called at most; a call above that is a failure."),
        record(
                "http_cache",
                bool("shared")
                    .required()
                    .defaultsTo(false)
                    .doc("Whether all backends that share have one cache, of 64 MiB."),
                integer("max_size")
                    .between(1, Long.MAX_VALUE)
                    .required()
                    .defaultsTo(ANSWER_LIMIT)
                    .doc("Octets that an own cache keeps."),
                integer("max_items")
                    .between(1, Integer.MAX_VALUE)
                    .required()
                    .defaultsTo(MOST_ITEMS)
                    .doc("Answers that an own cache keeps."))
            .doc("Keeps answers as their headers allow (RFC 9111)."),
        record(
                "graphql",
                string("type")
                    .oneOf("query", "mutation")
                    .required()
                    .doc(
                        "Whether variables come from placeholders, or from the members of the"
                            + " client's body."),
                string("method")
                    .oneOf("GET", "POST")
                    .required()
                    .defaultsTo("POST")
                    .doc("Whether it goes into the URL or into the body."),
                string("query").required().lenMin(1).doc("The document."),
                string("operation_name").doc("Which operation of the document."),
                map("variables", STRING, any(""))
                    .required()
                    .defaultsTo(Map.of())
                    .doc(
                        "Variables; `\"{id}\"` is a placeholder as in `url_pattern`. For a mutation"
                            + " those that the body does not have."))
            .doc("Asks the backend for an operation of GraphQL, whatever the client sent."));
  }

  private static FieldSpec seconds(String name, int least) {
    return integer(name).between(least, SECONDS_PER_YEAR);
  }

  private static @Nullable String refusedModifier(JsonNode json) {
    try {
      new ModifierParser(UUID::randomUUID).parse(json);
      return null;
    } catch (IllegalArgumentException refused) {
      return refused.getMessage();
    }
  }

  private static FieldSpec flatmap() {
    return array(
            "flatmap_filter",
            record(
                "",
                string("type").required().doc("`move`, `del` or `append`; others do nothing."),
                array("args", STRING).required().lenMin(1).doc("Dotted paths; `*` is any.")))
        .required()
        .defaultsToList();
  }

  private static FieldSpec duration(String name, String fallback) {
    return string(name).required().defaultsTo(fallback).rule(CompositionFields::refusedDuration);
  }

  private static @Nullable String refusedDuration(JsonNode value) {
    return GoDuration.parse(value.stringValue()) == null
        ? "invalid duration: " + value.stringValue()
        : null;
  }

  private static @Nullable String refusal(JsonNode config) {
    JsonNode backends = config.path("backend");
    int answering = 0;
    boolean passes = config.path("output_encoding").asString("").equals("no-op");
    for (JsonNode backend : backends) {
      answering += backend.path("shadow").asBoolean(false) ? 0 : 1;
    }
    if (answering == 0) {
      return "at least one backend must not be a shadow";
    }
    if (passes && answering > 1) {
      return "can not use NoOp encoding with more than one backends connected to the same endpoint";
    }
    Duration timeout = GoDuration.parse(config.path("timeout").asString("2s"));
    if (timeout != null && timeout.isZero()) {
      return "timeout must be more than nothing";
    }
    return placeholders(config, backends);
  }

  private static @Nullable String placeholders(JsonNode config, JsonNode backends) {
    boolean sequential = config.path("sequential").asBoolean(false);
    JsonNode endpoint = config.path("endpoint");
    Set<String> known = null;
    if (endpoint.isString()) {
      known = new HashSet<>(UrlPattern.placeholders(endpoint.stringValue()));
      known.add(PathTemplate.REST);
    }
    for (int i = 0; i < backends.size(); i++) {
      UrlPattern pattern = new UrlPattern(backends.get(i).path("url_pattern").asString(""));
      if (latestEarlier(backends.get(i), pattern) >= (sequential ? i : 0)) {
        return "backend " + i + " uses an answer that is not there before it is called";
      }
      if (known == null) {
        continue;
      }
      for (String name : pattern.parameters()) {
        if (!known.contains(name)) {
          return "undefined output param '" + name + "'! endpoint: " + endpoint.stringValue();
        }
      }
    }
    return null;
  }

  /** Number of the last backend whose answer it needs for its URL or its variables. */
  private static int latestEarlier(JsonNode backend, UrlPattern pattern) {
    int latest = pattern.latestEarlier();
    for (JsonNode value : backend.path("graphql").path("variables")) {
      if (GraphQlOperation.isPlaceholder(value)) {
        latest = Math.max(latest, new UrlPattern(value.stringValue()).latestEarlier());
      }
    }
    return latest;
  }
}
