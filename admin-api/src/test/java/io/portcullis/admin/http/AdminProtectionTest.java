package io.portcullis.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.admin.http.AdminFixture.Answer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AdminProtectionTest {
  private static final String TOKEN = "correct-horse";

  private final List<AuditEntry> audit = new CopyOnWriteArrayList<>();

  private AdminProtection protection() {
    return AdminProtection.of(new AccessRules(TOKEN, Set.of())).withAudit(audit::add);
  }

  @Test
  void a_write_is_told_with_its_author_and_the_states_of_its_rows() {
    try (AdminFixture admin = AdminFixture.start(protection())) {
      Answer made = call(admin, "PUT", "/services/s", "{'host':'h'}");
      Answer changed = call(admin, "PATCH", "/services/s", "{'port':81}");
      call(admin, "GET", "/services/s", "");
      call(admin, "DELETE", "/services/s", "");

      assertThat(audit).hasSize(3);
      JsonNode line = JsonMapper.shared().readTree(audit.get(1).line());
      assertThat(line.get("who").stringValue()).isEqualTo("token");
      assertThat(line.get("client").stringValue()).isEqualTo("127.0.0.1");
      assertThat(line.get("method").stringValue()).isEqualTo("PATCH");
      assertThat(line.get("path").stringValue()).isEqualTo("/services/{services}");
      assertThat(line.get("status").intValue()).isEqualTo(200);
      assertThat(line.get("version").intValue()).isEqualTo(2);
      JsonNode row = line.get("changes").get(0);
      assertThat(row.get("entity").stringValue()).isEqualTo("services");
      assertThat(row.get("id").stringValue()).isEqualTo(made.id());
      assertThat("\"" + row.get("before").stringValue() + "\"").isEqualTo(tag(made));
      assertThat("\"" + row.get("after").stringValue() + "\"").isEqualTo(tag(changed));
      assertThat(audit.get(0).changes().getFirst().before()).isNull();
      assertThat(audit.get(2).changes().getFirst().after()).isNull();
    }
  }

  @Test
  void refused_calls_are_told_without_what_they_sent() {
    try (AdminFixture admin = AdminFixture.start(protection())) {
      admin.json("POST", "/consumers/hidden/jwt", "{'key':'hidden'}", Map.of("apikey", "hidden"));
      admin.json("GET", "/services", "", Map.of());
      call(admin, "PATCH", "/jwts/hidden-key", "{'secret':'hidden'}");
      call(admin, "POST", "/hidden", "{}");
      assertThat(audit).extracting(AuditEntry::status).containsExactly(401, 401, 404, 404);
      assertThat(audit).extracting(AuditEntry::who).containsOnly("anonymous", "token");
      assertThat(audit).extracting(AuditEntry::line).noneMatch(line -> line.contains("hidden"));
    }
  }

  @Test
  void secrets_of_entities_do_not_get_into_the_audit_log() {
    try (AdminFixture admin = AdminFixture.start(protection())) {
      call(admin, "PUT", "/consumers/c", "{}");
      String secret = "s3cr3t-of-the-consumer-32-octets";
      assertThat(
              call(admin, "POST", "/consumers/c/jwt", "{'key':'kk-kk','secret':'" + secret + "'}")
                  .status())
          .isEqualTo(201);
      call(admin, "DELETE", "/consumers/c", "");
      assertThat(audit).hasSize(3);
      assertThat(audit)
          .extracting(AuditEntry::line)
          .noneMatch(
              line -> line.contains(secret) || line.contains("kk-kk") || line.contains(TOKEN));
      assertThat(audit.getLast().changes())
          .extracting(change -> change.entity())
          .containsExactly("jwt_secrets", "consumers");
    }
  }

  @Test
  void a_client_that_calls_too_often_is_told_when_to_come_back() {
    try (AdminFixture admin = AdminFixture.start(protection().withCallsPerSecond(1))) {
      Answer last = call(admin, "GET", "/services", "");
      // Two at once, then one a second: the third is too early unless this machine is very slow.
      for (int i = 0; i < 200 && last.status() != 429; i++) {
        last = call(admin, "GET", "/services", "");
      }
      assertThat(last.status()).isEqualTo(429);
      assertThat(last.message()).isEqualTo("too many calls from 127.0.0.1");
      assertThat(last.header("Retry-After")).contains("1");
    }
  }

  @Test
  void a_body_over_the_limit_is_413() {
    try (AdminFixture admin = AdminFixture.start(protection().withMaxBody(100))) {
      Answer answer = call(admin, "POST", "/services", "{'host':'" + "a".repeat(100) + "'}");
      assertThat(answer.status()).isEqualTo(413);
      assertThat(audit).extracting(AuditEntry::status).containsExactly(413);
      assertThat(call(admin, "POST", "/services", "{'host':'a'}").status()).isEqualTo(201);
    }
  }

  private static Answer call(AdminFixture admin, String method, String path, String body) {
    return admin.json(method, path, body, Map.of("Kong-Admin-Token", TOKEN));
  }

  private static String tag(Answer answer) {
    return answer.header("ETag").orElse("");
  }
}
