package io.portcullis.admin.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls of the Admin API, good and bad ones, over so few ids, names and values that they often
 * concern the same rows. The same seed gives the same calls.
 */
final class RandomCalls {
  private static final int IDS = 2;

  /** One value of each row is tried for each field, as JSON with single quotes; null leaves it. */
  private static final Map<String, Map<String, List<String>>> FIELDS =
      Map.ofEntries(
          entity(
              "services",
              "name=-|'a'|'b'|'c'|'b d'",
              "host='h'|'h'|'h'|null|5",
              "port=-|-|8000|70000|80.0",
              "protocol=-|-|'https'|'tcp'|'nope'",
              "url=-|-|-|-|'http://u:1/p'",
              "client_certificate=-|-|-|@certificates",
              "ca_certificates=-|-|-|[@@ca_certificates]",
              "tags=-|['x']|['x','y']|['z','z']|[',']"),
          entity(
              "routes",
              "name=-|'a'|'b'|'c'",
              "paths=['/a']|['/a','/b']|-|['x']",
              "hosts=-|-|['h.test']|[]",
              "methods=-|-|['GET']|['get']",
              "service=-|null|@services|{'name':'a'}|'b'",
              "tags=-|['x']|['y','z']"),
          entity(
              "consumers",
              "username='a'|'b'|'c'|-",
              "custom_id=-|'a'|'b'|null",
              "tags=-|['x']|['x','z']"),
          entity(
              "plugins",
              "name='cors'|'acl'|'ip-restriction'|'request-termination'|'jwt'|'nope'|-",
              "instance_name=-|-|-|'a'|'b'",
              "service=-|-|@services|{'name':'b'}",
              "route=-|-|@routes",
              "consumer=-|-|-|@consumers",
              "config=-|{'allow':['1.2.3.4']}|{'status_code':404}|{'max_age':1.5}",
              "protocols=-|-|-|['http']|['tcp']",
              "tags=-|['x']|['y']"),
          entity(
              "upstreams",
              "name='u1'|'u2'|'u3'|'1.2.3.4'",
              "algorithm=-|-|'latency'|'consistent-hashing'",
              "hash_on=-|-|'ip'|'header'",
              "healthchecks=-|-|{'threshold':10.5}|{'active':{'timeout':'x'}}",
              "client_certificate=-|-|-|@certificates",
              "tags=-|['x']"),
          entity(
              "targets", "target='1.2.3.4:80'|'h'|'h:9'|'a b'", "weight=-|0|5|-1", "tags=-|['x']"),
          entity(
              "certificates",
              "cert=-|'{vault://env/c}'",
              "key='{vault://env/k}'",
              "tags=-|['x']|5"),
          entity(
              "snis",
              "name='a.test'|'*.test'|'b.test'|'1.2.3.4'",
              "certificate=@certificates|@certificates|-",
              "tags=-|['x']"),
          entity(
              "jwt_secrets",
              "key=-|'a'|'b'|'c'",
              "consumer=@consumers|{'username':'a'}|{'username':'zz'}|-",
              "algorithm=-|-|'HS512'|'RS256'",
              "tags=-|['x']"),
          entity(
              "vaults",
              "prefix='va'|'vb'|'vc'|'env'",
              "name='env'|'env'|'env'|'aws'",
              "config=-|{'prefix':'A_'}|{'x':1}|null",
              "tags=-|['x']"),
          entity("key_sets", "name=-|'a'|'b'|'any text'", "tags=-|['x']"),
          entity(
              "keys",
              "name=-|'a'|'b'",
              "kid='1'|'2'|-",
              "set=-|null|@key_sets|{'name':'a'}",
              "jwk='{vault://env/j}'|'{vault://env/j}'|-|'{}'",
              "pem=-|-|-|{'public_key':'{vault://env/p}'}|{}",
              "tags=-|['x']"));

  private static final List<String> ENTITIES = FIELDS.keySet().stream().sorted().toList();
  private static final Map<String, String> PATHS =
      Map.of("jwt_secrets", "jwts", "key_sets", "key-sets");

  /** Rows below a parent's, and the parent of a row. */
  private static final List<String> NESTED =
      List.of(
          "services routes routes",
          "services plugins plugins",
          "routes plugins plugins",
          "consumers plugins plugins",
          "consumers jwt jwt_secrets",
          "certificates snis snis",
          "certificates services services",
          "upstreams targets targets",
          "upstreams targets targets",
          "upstreams targets targets",
          "key_sets keys keys");

  private static final List<String> REFERRED =
      List.of(
          "routes service services",
          "plugins service services",
          "plugins consumer consumers",
          "jwt_secrets consumer consumers",
          "keys set key_sets",
          "services client_certificate certificates");

  private static final List<String> LOOKUPS =
      List.of("a", "b", "u1", "u2", "va", "vb", "a.test", "1.2.3.4:80", "h", "no such", "jwts");

  private final Random random;

  RandomCalls(long seed) {
    this.random = new Random(seed);
  }

  /**
   * A call.
   *
   * @param target path and query
   */
  record Call(String method, String target, @Nullable ObjectNode body) {
    @Override
    public String toString() {
      return method + " " + target + (body == null ? "" : " " + body);
    }
  }

  private static Map.Entry<String, Map<String, List<String>>> entity(String name, String... rows) {
    Map<String, List<String>> fields = new LinkedHashMap<>();
    for (String row : rows) {
      int equals = row.indexOf('=');
      fields.put(row.substring(0, equals), List.of(row.substring(equals + 1).split("\\|")));
    }
    return Map.entry(name, fields);
  }

  /** The ids that calls choose for rows of an entity. */
  static List<UUID> ids(String entity) {
    return IntStream.range(0, IDS)
        .mapToObj(i -> new UUID(ENTITIES.indexOf(entity) + 1, i))
        .toList();
  }

  static List<String> entities() {
    return ENTITIES;
  }

  static String path(String entity) {
    return "/" + PATHS.getOrDefault(entity, entity);
  }

  /** Rows that others can refer to, if their values happen to be good. */
  List<Call> foundation() {
    List<Call> calls = new ArrayList<>();
    for (String entity :
        List.of("certificates", "services", "routes", "consumers", "upstreams", "key_sets")) {
      for (UUID id : ids(entity)) {
        calls.add(new Call("PUT", path(entity) + "/" + id, body(entity, false)));
      }
    }
    return calls;
  }

  Call next() {
    return switch (random.nextInt(10)) {
      case 0 -> list();
      case 1, 2, 3 -> nested(pick(NESTED).split(" "));
      case 4 -> referred(pick(REFERRED).split(" "));
      default -> {
        String entity = pick(ENTITIES);
        yield call(path(entity), entity);
      }
    };
  }

  private Call list() {
    String path = random.nextInt(4) == 0 ? pick(List.of("/tags", "/tags/x")) : path(pick(ENTITIES));
    String tags = pick(List.of("", "", "&tags=x", "&tags=x,y", "&tags=y/z", "&tags="));
    return new Call("GET", path + "?size=" + (1 + random.nextInt(4)) + tags, null);
  }

  private Call nested(String... step) {
    return call(path(step[0]) + "/" + segment(step[0]) + "/" + step[1], step[2]);
  }

  private Call referred(String... step) {
    String method = pick(List.of("GET", "GET", "PATCH", "PUT", "DELETE"));
    String path = path(step[0]) + "/" + segment(step[0]) + "/" + step[1];
    boolean sends = method.startsWith("P");
    return new Call(method, path, sends ? body(step[2], method.equals("PATCH")) : null);
  }

  private Call call(String collection, String entity) {
    return switch (random.nextInt(12)) {
      case 0 -> new Call("GET", collection, null);
      case 1, 2, 3 -> new Call("POST", collection, withId(entity, body(entity, false)));
      case 4, 5, 6 -> new Call("PUT", row(collection, entity), body(entity, false));
      case 7, 8 -> new Call("PATCH", row(collection, entity), body(entity, true));
      case 9 -> new Call("DELETE", row(collection, entity), null);
      default -> new Call("GET", row(collection, entity), null);
    };
  }

  private String row(String collection, String entity) {
    return collection + "/" + segment(entity);
  }

  private String segment(String entity) {
    return random.nextInt(4) == 0
        ? pick(LOOKUPS).replace(" ", "%20")
        : pick(ids(entity)).toString();
  }

  private ObjectNode withId(String entity, ObjectNode body) {
    if (random.nextInt(4) != 0) {
      body.put("id", pick(ids(entity)).toString());
    }
    return body;
  }

  private ObjectNode body(String entity, boolean part) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    FIELDS
        .get(entity)
        .forEach(
            (field, choices) -> {
              String choice = pick(choices);
              // The last choice is the odd one: rarer than the others.
              if (choice.equals(choices.getLast()) && random.nextInt(3) != 0) {
                choice = choices.getFirst();
              }
              if (!choice.equals("-") && !(part && random.nextInt(3) != 0)) {
                body.set(field, value(choice));
              }
            });
    return body;
  }

  private JsonNode value(String choice) {
    if (choice.startsWith("@")) {
      return JsonNodeFactory.instance
          .objectNode()
          .put("id", pick(ids(choice.substring(1))).toString());
    }
    if (choice.startsWith("[@@")) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      return list.add(pick(ids("services")).toString());
    }
    return JsonMapper.shared().readTree(choice.replace('\'', '"'));
  }

  private <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
