package io.portcullis.core.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class VaultsTest {
  private static final UUID ONE = new UUID(0, 1);
  private static final UUID TWO = new UUID(0, 2);

  private final Vaults vaults =
      new Vaults(
          Map.of(
                  "PASSWORD", "p",
                  "APP_PASSWORD", "app",
                  "MY_SECRET", "dashes",
                  "JSON", "{\"user\":\"u\",\"port\":5}",
                  "EMPTY", "")
              ::get);

  private static ObjectNode vault(String prefix, String variables) {
    return (ObjectNode)
        JsonMapper.shared()
            .readTree(
                "{\"prefix\":\"%s\",\"name\":\"env\",\"config\":{\"prefix\":%s}}"
                    .formatted(prefix, variables));
  }

  @ParameterizedTest
  @CsvSource({
    "{vault://env/PASSWORD}, p",
    "{vault://env/password}, p",
    "{vault://env/my-secret}, dashes",
    "{vault://env/json/user}, u",
    "{vault://env/password?prefix=APP_}, app",
    "{vault://env/password#1}, p"
  })
  void environment_variables_are_read(String reference, String secret) throws Exception {
    assertThat(vaults.secret(reference)).isEqualTo(secret);
  }

  @Test
  void an_empty_variable_is_an_empty_secret() throws Exception {
    assertThat(vaults.secret("{vault://env/empty}")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "{vault://env/nope}, the environment variable NOPE is not set",
    "{vault://env/json/pass}, the JSON in the environment variable JSON has no text 'pass'",
    "{vault://env/json/port}, the JSON in the environment variable JSON has no text 'port'",
    "{vault://env/password/x}, the environment variable PASSWORD holds no JSON object",
    "{vault://aws/x}, there is no vault 'aws'",
    "{vault://env}, the reference names no resource",
    "{vault://env/}, the reference names no resource",
    "{vault:///x}, the reference names no vault",
    "{vault://env/%zz}, the reference is malformed: a lone % in it"
  })
  void what_leads_nowhere_is_told_without_any_secret(String reference, String reason) {
    assertThat(VaultReference.is(reference)).isTrue();
    assertThatThrownBy(() -> vaults.secret(reference))
        .isInstanceOf(UnresolvedSecretException.class)
        .hasMessage(reason);
  }

  @Test
  void a_stored_vault_puts_its_prefix_before_the_variables_name() throws Exception {
    vaults.change(ONE, vault("mine", "\"app_\""));
    vaults.change(TWO, vault("plain", "null"));
    assertThat(vaults.secret("{vault://mine/password}")).isEqualTo("app");
    assertThat(vaults.secret("{vault://plain/password}")).isEqualTo("p");
    vaults.change(ONE, null);
    assertThatThrownBy(() -> vaults.secret("{vault://mine/password}"))
        .hasMessage("there is no vault 'mine'");
  }

  @Test
  void two_vaults_may_swap_their_prefixes() throws Exception {
    vaults.change(ONE, vault("a", "\"app_\""));
    vaults.change(TWO, vault("b", "null"));
    vaults.change(ONE, vault("b", "\"app_\""));
    vaults.change(TWO, vault("a", "null"));
    assertThat(vaults.secret("{vault://a/password}")).isEqualTo("p");
    assertThat(vaults.secret("{vault://b/password}")).isEqualTo("app");
    assertThat(vaults.prefix(ONE)).isEqualTo("b");
  }

  @ParameterizedTest
  @CsvSource({"vault://env/x", "{vault://env/x", "{Vault://env/x}", "{vault:/env/x}", "''"})
  void other_texts_are_no_references(String text) {
    assertThat(VaultReference.is(text)).isFalse();
  }
}
