package io.portcullis.plugins.jwtsigner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.BodyFilter;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.Replies;
import io.portcullis.plugins.jose.CompactToken;
import io.portcullis.plugins.jose.InvalidTokenException;
import io.portcullis.plugins.jose.KeySets;
import io.portcullis.plugins.jose.Tokens;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** What is signed, with which key, and what is left alone. */
class JwtSignerPluginTest {
  private static final byte[] SECRET =
      Base64.getUrlDecoder()
          .decode(
              "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");

  private final FakeGateway gateway = new FakeGateway();
  private Path file = Path.of("keys.json");

  @BeforeEach
  void writeKeys(@TempDir Path folder) throws IOException {
    file = folder.resolve("keys.json");
    Files.writeString(file, KeySets.set(KeySets.secret("sim2", SECRET)));
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void a_member_becomes_a_token_with_its_members_sorted() throws InvalidTokenException {
    JsonNode answer =
        answer(
            start(""),
            "{'access_token':{'roles':['role_y'],'aud':'http://api.test?a&b','exp':1735689600},"
                + "'other':{'a':1},'n':1.50}");
    String token = answer.get("access_token").stringValue();

    assertThat(decoded(token, 0)).isEqualTo("{\"alg\":\"HS256\",\"kid\":\"sim2\",\"typ\":\"JWT\"}");
    assertThat(decoded(token, 1))
        .isEqualTo(
            "{\"aud\":\"http://api.test?a\\u0026b\",\"exp\":1735689600,\"roles\":[\"role_y\"]}");
    assertThat(token)
        .endsWith(
            "."
                + Tokens.encoded(
                    Tokens.hmacOf("HS256", token.substring(0, token.lastIndexOf('.')), SECRET)));
    assertThat(CompactToken.parse(token).claims().get("exp").intValue()).isEqualTo(1735689600);
    assertThat(answer.get("other").isObject()).isTrue();
    assertThat(answer.get("n").toString()).isEqualTo("1.50");
  }

  @Test
  void a_token_may_be_a_json_object_as_text() {
    JsonNode answer = answer(start("'full':true"), "{'access_token':{'sub':'ann'}}");

    JsonNode token = JsonMapper.shared().readTree(answer.get("access_token").stringValue());

    assertThat(token.propertyNames()).containsExactly("payload", "protected", "signature");
    assertThat(token.get("payload").stringValue()).isEqualTo(Tokens.encoded("{\"sub\":\"ann\"}"));
  }

  @ParameterizedTest
  @CsvSource({"RS256,RSA,2048", "ES256,EC,256", "EdDSA,Ed25519,0"})
  void private_keys_sign(String algorithm, String kind, int size) throws Exception {
    KeyPair pair = Tokens.pair(kind, size);
    Files.writeString(file, KeySets.set(KeySets.key("sim2", pair, true)));

    String token =
        answer(start("'alg':'" + algorithm + "'"), "{'access_token':{'sub':'ann'}}")
            .get("access_token")
            .stringValue();

    assertThat(CompactToken.parse(token).isSignedWith(pair.getPublic())).isTrue();
  }

  @Test
  void what_is_no_object_stays_as_it_is() {
    PluginHandler handler = start("");

    assertThat(body(handler, "{'access_token':'x'}")).isEqualTo("{\"access_token\":\"x\"}");
    assertThat(body(handler, "[1]")).isEqualTo("[1]");
    assertThat(body(handler, "{")).isEqualTo("{");
  }

  @Test
  void a_key_that_cannot_sign_is_401() throws IOException {
    KeyPair pair = Tokens.pair("RSA", 2048);
    Files.writeString(file, KeySets.set(KeySets.key("sim2", pair, false)));
    FakeExchange exchange = FakeExchange.get("/");

    assertThat(Replies.text(start("'alg':'RS256'").access(exchange))).isEqualTo("401 ");
    assertThat(Replies.text(start("'alg':'HS256'").access(exchange))).isEqualTo("401 ");
    assertThat(Replies.text(start("'kid':'other'").access(exchange))).isEqualTo("401 ");
  }

  @Test
  void errors_and_other_types_pass_untouched() {
    PluginHandler handler = start("");
    FakeExchange failed = FakeExchange.get("/");
    failed.response().setStatus(500);
    failed.response().headers().set("content-type", "application/json");
    FakeExchange text = FakeExchange.get("/");
    text.response().headers().set("content-type", "text/plain");

    for (FakeExchange exchange : new FakeExchange[] {failed, text}) {
      handler.access(exchange);
      handler.headerFilter(exchange);
      assertThat(handler.bodyFilter(exchange)).isNull();
    }
  }

  private PluginHandler start(String config) {
    return gateway.start(
        new JwtSignerPlugin(),
        "{'alg':'HS256','kid':'sim2','keys_to_sign':['access_token','missing'],'jwk_local_path':'"
            + file
            + "'"
            + (config.isEmpty() ? "" : "," + config)
            + "}");
  }

  private static JsonNode answer(PluginHandler handler, String json) {
    return JsonMapper.builder()
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .build()
        .readTree(body(handler, json));
  }

  private static String body(PluginHandler handler, String json) {
    FakeExchange exchange = FakeExchange.get("/");
    exchange.response().headers().set("content-type", "application/json; charset=utf-8");
    exchange.response().headers().set("content-length", "1");
    assertThat(Replies.text(handler.access(exchange))).isEqualTo("next");
    handler.headerFilter(exchange);
    assertThat(exchange.response().headers().contains("content-length")).isFalse();
    BodyFilter filter = handler.bodyFilter(exchange);
    assertThat(filter).isNotNull();
    byte[] text = json.replace('\'', '"').getBytes(UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int half = text.length / 2;
    filter.filter(ByteBuffer.wrap(text, 0, half), false, chunk -> write(chunk, out));
    filter.filter(ByteBuffer.wrap(text, half, text.length - half), true, c -> write(c, out));
    return out.toString(UTF_8);
  }

  private static void write(ByteBuffer chunk, ByteArrayOutputStream out) {
    byte[] octets = new byte[chunk.remaining()];
    chunk.get(octets);
    out.writeBytes(octets);
  }

  private static String decoded(String token, int part) {
    return new String(Base64.getUrlDecoder().decode(token.split("\\.")[part]), UTF_8);
  }
}
