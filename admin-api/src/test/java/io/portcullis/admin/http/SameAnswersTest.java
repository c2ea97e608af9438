package io.portcullis.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.admin.wire.AdminRequest;
import io.portcullis.admin.wire.AdminResponse;
import io.portcullis.admin.wire.Arguments;
import io.portcullis.admin.wire.Refusal;
import io.portcullis.admin.wire.RequestBody;
import io.portcullis.core.schema.EntityEditor;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.RandomValues;
import io.portcullis.store.Database;
import io.portcullis.store.EntityStore;
import io.portcullis.store.StoreEngine;
import io.portcullis.store.StoreSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Random sequences of calls against H2, PostgreSQL and plain maps. Clock and randomness are the
 * same for all, so answers are compared as they are, to the last id and version.
 */
class SameAnswersTest {
  private static final int SEQUENCES = 8;
  private static final int CALLS = 260;

  /** No sequence is begun after this, so that the test ends in time where databases are slow. */
  private static final Duration ENOUGH = Duration.ofSeconds(25);

  private final EntitySpecs specs = new EntitySpecs(SamplePlugins.catalog());
  private final Deque<Database> open = new ArrayDeque<>();
  private Instant now = Instant.parse("2030-01-01T00:00:00.250Z");

  @AfterEach
  void close() {
    open.forEach(Database::close);
  }

  @Test
  void h2_postgresql_and_plain_maps_answer_alike() {
    List<Api> apis =
        List.of(
            api("maps", new MemoryEntities(specs)),
            api("h2", database(StoreEngine.H2)),
            api("postgresql", database(StoreEngine.POSTGRES)));
    long end = System.nanoTime() + ENOUGH.toNanos();
    for (long seed = 1; seed <= SEQUENCES && (seed == 1 || System.nanoTime() < end); seed++) {
      List<String> told = new ArrayList<>();
      RandomCalls calls = new RandomCalls(seed);
      Deque<RandomCalls.Call> next = new ArrayDeque<>(calls.foundation());
      for (int i = 0; i < CALLS; i++) {
        RandomCalls.Call call = next.isEmpty() ? calls.next() : next.pop();
        String answer = compare(apis, call, told, "seed " + seed);
        following(answer).ifPresent(next::push);
      }
      wipe(apis, told);
    }
  }

  /** The answer that all give. */
  private String compare(
      List<Api> apis, RandomCalls.Call call, List<String> told, String sequence) {
    now = now.plusMillis(1250);
    String expected = null;
    for (Api api : apis) {
      String answer = api.answer(call);
      if (expected == null) {
        expected = answer;
        told.add(call + " -> " + answer);
      } else {
        assertThat(answer)
            .as(() -> api.name + ", " + sequence + "\n" + String.join("\n", told))
            .isEqualTo(expected);
      }
    }
    return String.valueOf(expected);
  }

  /** A listing that goes on is followed. */
  private static Optional<RandomCalls.Call> following(String answer) {
    int start = answer.indexOf("\"next\":\"");
    if (start < 0) {
      return Optional.empty();
    }
    String path = answer.substring(start + 8, answer.indexOf('"', start + 8));
    return Optional.of(new RandomCalls.Call("GET", path, null));
  }

  /** Deletes everything, those first that hold others in place. */
  private void wipe(List<Api> apis, List<String> told) {
    for (String entity :
        List.of(
            "plugins",
            "routes",
            "services",
            "consumers",
            "upstreams",
            "certificates",
            "vaults",
            "keys",
            "key_sets")) {
      JsonNode rows = apis.getFirst().rows(entity);
      for (JsonNode row : rows) {
        String path = RandomCalls.path(entity) + "/" + row.get("id").stringValue();
        compare(apis, new RandomCalls.Call("DELETE", path, null), told, "wiping");
      }
    }
    for (String entity : RandomCalls.entities()) {
      if (!entity.equals("targets")) {
        String answer =
            compare(
                apis, new RandomCalls.Call("GET", RandomCalls.path(entity), null), told, "wiped");
        assertThat(answer).contains("\"data\":[]");
      }
    }
  }

  private EntityAccess database(StoreEngine engine) {
    StoreSettings settings = engine.emptyDatabase();
    Database database = Database.open(settings);
    open.push(database);
    database.bootstrap();
    return new DatabaseAccess(new EntityStore(database, specs.all()), "h2");
  }

  private Api api(String name, EntityAccess entities) {
    EntityEditor editor = new EntityEditor(specs, () -> now, new SeededValues());
    AdminParts parts =
        AdminFixture.parts(specs, editor, entities, new AdminFixture.SettableLogLevels());
    return new Api(name, new PathTable(new AdminApi(parts).endpoints()));
  }

  /** One Admin API, called without sockets. */
  private record Api(String name, PathTable paths) {
    String answer(RandomCalls.Call call) {
      try {
        AdminResponse response = page(call);
        String body =
            response.body() instanceof AdminResponse.Document(JsonNode json) ? json.toString() : "";
        return response.status() + " " + new TreeMap<>(response.headers()) + " " + body;
      } catch (Refusal refusal) {
        return refusal.status() + " {} " + refusal.body();
      }
    }

    JsonNode rows(String entity) {
      AdminResponse response =
          page(new RandomCalls.Call("GET", RandomCalls.path(entity) + "?size=1000", null));
      if (response.body() instanceof AdminResponse.Document(JsonNode json)) {
        return json.get("data");
      }
      throw new IllegalStateException(entity + ": " + response);
    }

    private AdminResponse page(RandomCalls.Call call) {
      int question = call.target().indexOf('?');
      String path = question < 0 ? call.target() : call.target().substring(0, question);
      PathTable.Match match = paths.match(path).orElseThrow(Refusal::notFound);
      ObjectNode body = call.body();
      return match
          .endpoint()
          .page(call.method())
          .orElseThrow(Refusal::methodNotAllowed)
          .answer(
              new AdminRequest(
                  call.method(),
                  path,
                  match.parameters(),
                  Arguments.parse(question < 0 ? "" : call.target().substring(question + 1)),
                  body == null ? new RequestBody.Empty() : new RequestBody.Json(body.deepCopy())));
    }
  }

  /** Looks random and is the same every time. */
  private static final class SeededValues implements RandomValues {
    private final Random random = new Random(1);

    @Override
    public UUID uuid() {
      return new UUID(
          random.nextLong() & ~0xf000L | 0x4000L, random.nextLong() >>> 2 | Long.MIN_VALUE);
    }

    @Override
    public String token(int length) {
      StringBuilder token = new StringBuilder();
      while (token.length() < length) {
        token.append(Long.toString(random.nextLong() & Long.MAX_VALUE, 36));
      }
      return token.substring(0, length);
    }
  }
}
