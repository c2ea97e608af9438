package io.portcullis.core.schema;

import static io.portcullis.core.schema.SampleSchemas.EDITOR;
import static io.portcullis.core.schema.SampleSchemas.SPECS;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.tls.SampleCertificates;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class SchemaPropertyTest {
  @Property(tries = 400)
  void no_input_makes_the_editor_throw(
      @ForAll("specs") EntitySpec spec, @ForAll("inputs") ObjectNode input) {
    ObjectNode before = input.deepCopy();
    Outcome outcome = EDITOR.insert(spec, input, ForeignLookup.NONE);
    assertThat(input).isEqualTo(before);
    if (outcome instanceof Outcome.Rejected rejected) {
      assertThat(rejected.error().message()).isNotEmpty();
    }
  }

  @Property(tries = 200)
  void no_patch_makes_the_editor_throw(
      @ForAll("rows") Row row, @ForAll("inputs") ObjectNode patch) {
    assertThat(EDITOR.update(row.spec(), row.body(), patch, ForeignLookup.NONE)).isNotNull();
  }

  @Property(tries = 200)
  void what_was_accepted_is_accepted_again_and_unchanged(@ForAll("rows") Row row) {
    assertThat(EDITOR.insert(row.spec(), row.body(), ForeignLookup.NONE))
        .isEqualTo(new Outcome.Accepted(row.body()));
    assertThat(EDITOR.update(row.spec(), row.body(), Json.NODES.objectNode(), ForeignLookup.NONE))
        .isEqualTo(new Outcome.Accepted(row.body()));
  }

  @Property(tries = 400)
  void no_form_makes_the_decoder_throw(
      @ForAll("specs") EntitySpec spec, @ForAll("forms") List<FormPair> form) {
    assertThat(new FormDecoder(SPECS).decode(spec, form, null)).isNotNull();
  }

  /** An accepted entity. */
  record Row(EntitySpec spec, ObjectNode body) {}

  @Provide
  Arbitrary<EntitySpec> specs() {
    return Arbitraries.of(SPECS.all());
  }

  @Provide
  Arbitrary<Row> rows() {
    return specs()
        .flatMap(
            spec ->
                plausible()
                    .map(input -> EDITOR.insert(spec, input, ForeignLookup.NONE))
                    .filter(Outcome.Accepted.class::isInstance)
                    .map(outcome -> new Row(spec, ((Outcome.Accepted) outcome).entity())));
  }

  @Provide
  Arbitrary<ObjectNode> inputs() {
    return objects(values(3)).flatMap(one -> plausible().map(two -> two.setAll(one)));
  }

  @Provide
  Arbitrary<List<FormPair>> forms() {
    Arbitrary<String> steps =
        Arbitraries.of("", ".", "[]", "[1]", "[0]", "[999]", "[x.y]", "[", "]", ".id", ".a")
            .list()
            .ofMaxSize(3)
            .map(parts -> String.join("", parts));
    Arbitrary<String> values =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(8),
            Arbitraries.of("[1,2]", "[\"a\"]", "a,b", ",", "1e400", "0x1", "http,https", "[[[["));
    return names()
        .flatMap(
            name ->
                steps.flatMap(
                    step -> values.injectNull(0.1).map(value -> new FormPair(name + step, value))))
        .list()
        .ofMaxSize(6);
  }

  /** Inputs that each entity may accept, with one field changed at random in some. */
  private Arbitrary<ObjectNode> plausible() {
    String id = "\"0f0c1a2b-1111-4111-8111-111111111111\"";
    return Arbitraries.of(
            "{\"host\":\"h\"}",
            "{\"url\":\"https://a.test:8/x\",\"tls_verify\":true,\"tags\":[\"a\",\"a\"]}",
            "{\"paths\":[\"/a\",\"~/b\"],\"headers\":{\"x\":[\"1\"]}}",
            "{\"protocols\":[\"tcp\"],\"sources\":[{\"port\":1.0},{\"ip\":\"::1\"}]}",
            "{\"protocols\":[\"grpc\"],\"hosts\":[\"h\"],\"service\":{\"id\":" + id + "}}",
            "{\"username\":\"bob\"}",
            "{\"name\":\"s\"}",
            "{\"name\":\"ip-restriction\",\"config\":{\"allow\":[\"::1\"],\"status\":410.5}}",
            "{\"name\":\"rate-limiting\",\"config\":{\"minute\":5,\"redis_port\":1}}",
            "{\"name\":\"jwt\",\"instance_name\":\"i\"}",
            "{\"consumer\":{\"id\":" + id + "},\"key\":\"k\"}",
            "{\"name\":\"*.a.test\",\"certificate\":{\"id\":" + id + "}}",
            "{\"name\":\"u.test\",\"hash_on\":\"ip\",\"healthchecks\":{\"threshold\":0.5}}",
            "{\"name\":\"env\",\"prefix\":\"my-env\",\"config\":{\"prefix\":\"A_\"}}",
            "{\"target\":\"[::1]:80\",\"upstream\":{\"id\":" + id + "}}",
            Json.NODES
                .objectNode()
                .put("cert", SampleCertificates.text("ec.pem"))
                .put("key", SampleCertificates.text("ec.key"))
                .toString(),
            Json.NODES
                .objectNode()
                .put("cert", SampleCertificates.text("authority.pem"))
                .toString(),
            Json.NODES
                .objectNode()
                .put("kid", "1")
                .put(
                    "jwk",
                    "{\"kid\":\"1\",\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\""
                        + octets(32)
                        + "\"}")
                .toString())
        .map(SampleSchemas::object);
  }

  private static String octets(int count) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[count]);
  }

  private Arbitrary<ObjectNode> objects(Arbitrary<JsonNode> values) {
    return names()
        .flatMap(name -> values.map(value -> Map.entry(name, value)))
        .list()
        .ofMaxSize(5)
        .map(
            entries -> {
              ObjectNode object = Json.NODES.objectNode();
              entries.forEach(entry -> object.set(entry.getKey(), entry.getValue()));
              return object;
            });
  }

  private Arbitrary<String> names() {
    List<String> names = new ArrayList<>();
    SPECS.all().forEach(spec -> spec.fields().forEach(field -> names.add(field.name())));
    names.addAll(List.of("url", "redis", "redis_host", "minute", "@entity", "allow", "ip", ""));
    return Arbitraries.oneOf(Arbitraries.of(names), Arbitraries.strings().ofMaxLength(4));
  }

  private Arbitrary<JsonNode> values(int depth) {
    Arbitrary<JsonNode> scalars =
        Arbitraries.oneOf(
            Arbitraries.of(
                Json.of(null),
                Json.of(true),
                Json.of(Double.NaN),
                Json.of(Double.POSITIVE_INFINITY),
                Json.of(-0.0),
                Json.of(1.5),
                Json.of(Long.MAX_VALUE),
                Json.NODES.numberNode(BigInteger.TWO.pow(2000)),
                Json.NODES.numberNode(new BigDecimal("1e400")),
                Json.of("http"),
                Json.of("/a"),
                Json.of("~/("),
                Json.of("\uD800")),
            Arbitraries.integers().map(Json::of),
            Arbitraries.strings().ofMaxLength(6).map(Json::of));
    if (depth == 0) {
      return scalars;
    }
    Arbitrary<JsonNode> lists =
        values(depth - 1).list().ofMaxSize(4).map(SchemaPropertyTest::listOf);
    return Arbitraries.oneOf(scalars, lists, objects(values(depth - 1)).map(JsonNode.class::cast));
  }

  private static JsonNode listOf(List<JsonNode> items) {
    return Json.of(items);
  }
}
