package io.portcullis.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.admin.http.AdminFixture.Answer;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Whatever is sent, the answer is no 5xx, is JSON, and a refused write changes nothing. */
class AnyRequestTest {
  private static final String ID = "0f0c0000-1111-4111-8111-000000000001";
  private static final String[] METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
  private static final String[] FIELDS = {
    "id",
    "name",
    "host",
    "port",
    "path",
    "paths",
    "hosts",
    "headers",
    "methods",
    "protocol",
    "protocols",
    "service",
    "route",
    "consumer",
    "config",
    "tags",
    "url",
    "username",
    "custom_id",
    "key",
    "algorithm",
    "rsa_public_key",
    "instance_name",
    "created_at",
    "updated_at",
    "retries",
    "snis",
    "sources",
    "destinations",
    "ca_certificates",
    "client_certificate",
    "minute",
    "redis",
    "allow",
    "enabled",
    "target",
    "weight",
    "upstream",
    "hash_on",
    "healthchecks",
    "@entity",
    "",
    "x.y",
    "a[b]"
  };
  private static final String[] TEXTS = {
    "",
    "a",
    "s",
    "bob",
    "cors",
    "acl",
    "jwt",
    "rate-limiting",
    "ip-restriction",
    ID,
    "/x",
    "~/(",
    "~/a.*",
    "http",
    "https",
    "ws",
    "tcp",
    "http://h:99999/",
    "http://[::1",
    "//",
    "*.a.test",
    "latency",
    "ip",
    "::1",
    "1.2.3.4/33",
    "~*(",
    "\u0000",
    "\uD83D\uDE00",
    "a,b",
    "[",
    "[\"a\"]",
    "%zz",
    "RS256",
    "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
    "true",
    "null",
    "1e400",
    "0x10",
    "-1",
    "99999999999999999999",
    "x".repeat(5000)
  };

  private static AdminFixture admin;
  private static List<String> templates;

  @BeforeContainer
  static void start() {
    admin = AdminFixture.start();
    templates = new ArrayList<>();
    admin
        .get("/endpoints")
        .json()
        .get("data")
        .forEach(template -> templates.add(template.stringValue()));
    templates.remove("/status/dns"); // 501 by Kong's word
    templates.remove("/metrics");
    templates.remove("/robots.txt");
    templates.remove("/portcullis/config");
    admin.json("POST", "/services", "{'name':'s','host':'h'}");
    admin.json("POST", "/services/s/routes", "{'name':'r','paths':['/a']}");
    admin.json("POST", "/consumers", "{'username':'bob'}");
    admin.json("POST", "/consumers/bob/jwt", "{'key':'k'}");
    admin.json("POST", "/plugins", "{'name':'cors','instance_name':'p'}");
    admin.json("POST", "/upstreams", "{'name':'s'}");
    admin.json("POST", "/upstreams/s/targets", "{'target':'k:1'}");
  }

  @AfterContainer
  static void stop() {
    admin.close();
  }

  record Call(String method, String path, String contentType, byte[] body) {
    @Override
    public String toString() {
      return method
          + " "
          + path
          + " "
          + contentType
          + " "
          + new String(body, StandardCharsets.ISO_8859_1);
    }
  }

  @Property(tries = 3000, shrinking = ShrinkingMode.OFF)
  void is_answered_in_json_without_a_5xx(@ForAll("calls") Call call) {
    String before = version();
    Answer answer =
        admin.send(
            call.method(),
            call.path(),
            call.contentType().isEmpty() ? null : call.contentType(),
            BodyPublishers.ofByteArray(call.body()));
    assertThat(answer.status())
        .as("%s answered %s", call, answer.text())
        .matches(status -> status < 500);
    if (answer.status() != 204) {
      assertThat(answer.json()).as(call.toString()).isNotNull();
    }
    if (answer.status() >= 400) {
      assertThat(answer.json().get("message").isString()).isTrue();
      assertThat(version()).as(call.toString()).isEqualTo(before);
    }
  }

  private static String version() {
    return admin.get("/services?size=1").header("X-Portcullis-Config-Version").orElseThrow();
  }

  @Provide
  Arbitrary<Call> calls() {
    return Combinators.combine(Arbitraries.of(METHODS), paths(), queries(), contents())
        .as(
            (method, path, query, content) ->
                new Call(method, path + query, content.type(), content.body()));
  }

  private record Content(String type, byte[] body) {}

  private Arbitrary<String> paths() {
    Arbitrary<String> segment =
        Arbitraries.frequencyOf(
            Tuple.of(6, Arbitraries.of("s", "r", "bob", "k", "p", ID, "cors", "k:1")),
            Tuple.of(1, Arbitraries.of(TEXTS)),
            Tuple.of(1, Arbitraries.strings().ofMaxLength(6)));
    return Combinators.combine(Arbitraries.of(templates), segment.list().ofSize(3))
        .as(
            (template, values) -> {
              String path = template;
              for (String value : values) {
                path = path.replaceFirst("\\{\\w+}", encoded(value));
              }
              return path;
            });
  }

  private Arbitrary<String> queries() {
    Arbitrary<String> name =
        Arbitraries.of("size", "offset", "tags", "custom_id", "unit", "scale", "timeout", "x");
    Arbitrary<String> value =
        Arbitraries.oneOf(
            Arbitraries.of(TEXTS),
            Arbitraries.strings().ofMaxLength(8),
            Arbitraries.of(
                "WyIwZjBjMDAwMC0xMTExLTQxMTEtODExMS0wMDAwMDAwMDAwMDEiXQ",
                "W10",
                "e30",
                "WzFd",
                "WyJhIl0",
                "1",
                "1000",
                "a/b"));
    return Combinators.combine(name, value)
        .as((n, v) -> n + "=" + encoded(v))
        .list()
        .ofMaxSize(3)
        .map(pairs -> pairs.isEmpty() ? "" : "?" + String.join("&", pairs));
  }

  private Arbitrary<Content> contents() {
    Arbitrary<Content> json =
        Arbitraries.oneOf(documents(3), nearlyValid())
            .map(
                document ->
                    new Content(
                        "application/json", JsonMapper.shared().writeValueAsBytes(document)));
    Arbitrary<Content> form =
        Combinators.combine(formNames(), Arbitraries.of(TEXTS))
            .as((name, value) -> encoded(name) + "=" + encoded(value))
            .list()
            .ofMaxSize(6)
            .map(
                pairs ->
                    new Content(
                        "application/x-www-form-urlencoded",
                        String.join("&", pairs).getBytes(StandardCharsets.UTF_8)));
    Arbitrary<Content> multipart =
        Combinators.combine(formNames(), Arbitraries.of(TEXTS))
            .as(
                (name, value) ->
                    "--b\r\nContent-Disposition: form-data; name=\""
                        + name
                        + "\"\r\n\r\n"
                        + value
                        + "\r\n")
            .list()
            .ofMaxSize(6)
            .map(
                parts ->
                    new Content(
                        "multipart/form-data; boundary=b",
                        (parts.stream().collect(Collectors.joining()) + "--b--")
                            .getBytes(StandardCharsets.UTF_8)));
    Arbitrary<Content> noise =
        Combinators.combine(
                Arbitraries.of(
                    "application/json",
                    "application/x-www-form-urlencoded",
                    "multipart/form-data; boundary=b",
                    "text/plain",
                    "application/yaml",
                    ""),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(60))
            .as(Content::new);
    return Arbitraries.frequencyOf(
        Tuple.of(4, json), Tuple.of(3, form), Tuple.of(1, multipart), Tuple.of(1, noise));
  }

  private Arbitrary<String> formNames() {
    return Combinators.combine(
            Arbitraries.of(FIELDS),
            Arbitraries.of("", "", "", "[]", "[0]", "[1]", "[9]", ".id", ".name", ".x.y", "[", "]"))
        .as((name, suffix) -> name + suffix);
  }

  /** Something that is accepted, with a field or two replaced. */
  private Arbitrary<JsonNode> nearlyValid() {
    return Combinators.combine(
            Arbitraries.of(
                "{'host':'h'}",
                "{'name':'s','url':'http://a.test/x'}",
                "{'name':'r','paths':['/a']}",
                "{'hosts':['a.test'],'service':{'name':'s'}}",
                "{'username':'bob','tags':['a']}",
                "{'key':'k','consumer':{'username':'bob'}}",
                "{'name':'cors','instance_name':'p'}",
                "{'name':'rate-limiting','config':{'minute':5},'consumer':{'username':'bob'}}",
                "{'name':'acl','config':{'allow':['a']},'route':{'name':'r'}}",
                "{'enabled':false}",
                "{}"),
            Arbitraries.of(FIELDS).list().ofMaxSize(2),
            documents(1).list().ofSize(2))
        .as(
            (base, names, values) -> {
              var node = (ObjectNode) JsonMapper.shared().readTree(base.replace('\'', '"'));
              for (int i = 0; i < names.size(); i++) {
                node.set(names.get(i), values.get(i));
              }
              return (JsonNode) node;
            });
  }

  /** Mostly objects with names that mean something, so that checks behind the first are reached. */
  private Arbitrary<JsonNode> documents(int depth) {
    Arbitrary<JsonNode> scalar =
        Arbitraries.oneOf(
            Arbitraries.of(TEXTS).map(text -> (JsonNode) JsonNodeFactory.instance.stringNode(text)),
            Arbitraries.of(0L, 1L, -1L, 80L, 70000L, Long.MAX_VALUE)
                .map(number -> (JsonNode) JsonNodeFactory.instance.numberNode(number)),
            Arbitraries.of(0.5, 1e300, -0.0)
                .map(number -> (JsonNode) JsonNodeFactory.instance.numberNode(number)),
            Arbitraries.of(true, false)
                .map(flag -> (JsonNode) JsonNodeFactory.instance.booleanNode(flag)),
            Arbitraries.just((JsonNode) JsonNodeFactory.instance.nullNode()),
            Arbitraries.strings()
                .ofMaxLength(8)
                .map(AnyRequestTest::wellFormed)
                .map(text -> (JsonNode) JsonNodeFactory.instance.stringNode(text)));
    if (depth == 0) {
      return scalar;
    }
    Arbitrary<JsonNode> inner = documents(depth - 1);
    Arbitrary<JsonNode> list =
        inner
            .list()
            .ofMaxSize(3)
            .map(
                items -> {
                  var array = JsonNodeFactory.instance.arrayNode();
                  items.forEach(array::add);
                  return (JsonNode) array;
                });
    Arbitrary<JsonNode> object =
        Combinators.combine(Arbitraries.of(FIELDS).list().ofSize(5), inner.list().ofSize(5))
            .as(
                (names, values) -> {
                  var node = JsonNodeFactory.instance.objectNode();
                  for (int i = 0; i < names.size(); i++) {
                    node.set(names.get(i), values.get(i));
                  }
                  return (JsonNode) node;
                });
    return depth == 3
        ? object
        : Arbitraries.frequencyOf(Tuple.of(4, scalar), Tuple.of(1, list), Tuple.of(1, object));
  }

  private static String wellFormed(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static String encoded(String text) {
    String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    return encoded.isEmpty() ? "x" : encoded;
  }
}
