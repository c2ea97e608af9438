package io.portcullis.plugins.jwtsigner;

import io.portcullis.core.plugin.BodyFilter;
import io.portcullis.core.plugin.Exchange;
import io.portcullis.core.plugin.ExchangeKey;
import io.portcullis.core.plugin.PluginHandler;
import io.portcullis.core.plugin.Reply;
import io.portcullis.core.plugin.Response;
import io.portcullis.plugins.jose.JsonWebKey;
import io.portcullis.plugins.jose.KeySource;
import io.portcullis.plugins.jose.SigningAlgorithm;
import io.portcullis.plugins.transform.JsonBody;
import io.portcullis.plugins.transform.JsonObjects;
import java.security.Key;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Finds the key before the upstream is called, and signs what it answers. */
final class JwtSignerHandler implements PluginHandler {
  private static final System.Logger LOG = System.getLogger(JwtSignerHandler.class.getName());
  private static final ExchangeKey<Key> KEY = ExchangeKey.named("key that signs the answer");
  private static final ExchangeKey<Boolean> SIGNS = ExchangeKey.named("the answer is signed");
  private static final Reply NO_KEY = new Reply.Exit(401, List.of(), new byte[0]);

  private static final int LONGEST_BODY = 16 * 1024 * 1024;

  private final SigningAlgorithm algorithm;
  private final TokenSigner signer;
  private final List<String> members;
  private final String kid;
  private final KeySource keys;
  private final JsonObjects json = new JsonObjects();

  JwtSignerHandler(JwtSignerConfig config, KeySource keys) {
    this.algorithm = Objects.requireNonNull(SigningAlgorithm.named(config.alg()), "alg");
    this.signer = new TokenSigner(algorithm, config.kid(), config.typ(), config.full());
    this.members = config.keysToSign();
    this.kid = config.kid();
    this.keys = keys;
  }

  @Override
  public Reply access(Exchange exchange) {
    JsonWebKey key = keys.present(kid);
    return key != null
        ? use(exchange, key)
        : new Reply.Later(keys.find(kid).thenApply(found -> use(exchange, found)));
  }

  private Reply use(Exchange exchange, @Nullable JsonWebKey key) {
    Key signing = key == null || key.family() != algorithm.family() ? null : key.signing();
    if (signing == null) {
      LOG.log(System.Logger.Level.ERROR, "jwt-signer: no key that can sign is called {0}", kid);
      return NO_KEY;
    }
    exchange.put(KEY, signing);
    return Reply.NEXT;
  }

  @Override
  public void headerFilter(Exchange exchange) {
    Response response = exchange.response();
    if (exchange.get(KEY) != null
        && response.status() / 100 == 2
        && response.status() != 204
        && JsonObjects.isJson(response.headers().get("content-type"))
        && !response.headers().contains("content-encoding")) {
      exchange.put(SIGNS, Boolean.TRUE);
      response.headers().remove("content-length");
    }
  }

  @Override
  public @Nullable BodyFilter bodyFilter(Exchange exchange) {
    Key key = exchange.get(KEY);
    return key == null || exchange.get(SIGNS) == null
        ? null
        : new JsonBody(json, object -> sign(object, key), LONGEST_BODY);
  }

  private boolean sign(ObjectNode object, Key key) {
    boolean signed = false;
    for (String member : members) {
      JsonNode value = object.get(member);
      if (value != null && value.isObject()) {
        object.put(member, signer.sign(value, key));
        signed = true;
      }
    }
    return signed;
  }
}
