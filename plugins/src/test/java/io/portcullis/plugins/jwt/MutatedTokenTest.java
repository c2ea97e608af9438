package io.portcullis.plugins.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.plugins.FakeExchange;
import io.portcullis.plugins.FakeGateway;
import io.portcullis.plugins.jose.Tokens;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** No token that differs by a bit from a valid one is valid, seen before or not. */
class MutatedTokenTest {
  private static final List<String> ALGORITHMS =
      List.of("HS256", "HS512", "RS256", "PS256", "ES256", "ES384", "EdDSA");

  private static FakeGateway gateway;
  private static PluginHandler handler;
  private static Map<String, String> tokens;

  @BeforeContainer
  static void start() {
    gateway = new FakeGateway();
    handler = gateway.start(new JwtPlugin(), "{}");
    tokens = ALGORITHMS.stream().collect(Collectors.toMap(name -> name, MutatedTokenTest::token));
    tokens.values().forEach(token -> assertThat(ask(token)).isInstanceOf(Reply.Next.class));
  }

  @AfterContainer
  static void stop() {
    gateway.close();
  }

  @Property(tries = 3_000)
  void a_flipped_bit_is_noticed(
      @ForAll @IntRange(min = 0, max = 6) int which,
      @ForAll @IntRange(min = 0, max = 1_000_000) int place,
      @ForAll @IntRange(min = 0, max = 6) int bit) {
    String token = tokens.get(ALGORITHMS.get(which));
    char[] changed = token.toCharArray();
    changed[place % changed.length] ^= (char) (1 << bit);

    assertThat(ask(new String(changed))).isNotInstanceOf(Reply.Next.class);
  }

  private static String token(String algorithm) {
    String claims = "{'iss':'" + algorithm + "','sub':'somebody'}";
    var owner = gateway.consumer("owner", null);
    if (algorithm.startsWith("HS")) {
      gateway.jwt(owner, algorithm, "{'secret':'s3cret','algorithm':'" + algorithm + "'}");
      return Tokens.hmac(algorithm, claims, "s3cret");
    }
    KeyPair pair =
        switch (algorithm) {
          case "ES256" -> Tokens.pair("EC", 256);
          case "ES384" -> Tokens.pair("EC", 384);
          case "EdDSA" -> Tokens.pair("Ed25519", 0);
          default -> Tokens.pair("RSA", 2048);
        };
    gateway.jwt(
        owner,
        algorithm,
        "{'algorithm':'"
            + algorithm
            + "','rsa_public_key':'"
            + Tokens.pem(pair).replace("\n", "\\n")
            + "'}");
    return Tokens.signed(algorithm, claims, pair.getPrivate());
  }

  private static Reply ask(String token) {
    return handler.access(FakeExchange.get("/").header("authorization", "Bearer " + token));
  }
}
