package io.portcullis.plugins.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.core.schema.EntityEditor;
import io.portcullis.core.schema.EntitySpec;
import io.portcullis.core.schema.EntitySpecs;
import io.portcullis.core.schema.ForeignLookup;
import io.portcullis.core.schema.Outcome;
import io.portcullis.core.schema.PluginCatalog;
import io.portcullis.core.schema.SecureRandomValues;
import io.portcullis.plugins.FakeGateway;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class OAuth2EntitiesTest {
  private static final String OWNER =
      "'consumer':{'id':'00000000-0000-4000-8000-000000000001'},'name':'app'";

  private final EntitySpecs specs =
      new EntitySpecs(PluginCatalog.of(List.of(new OAuth2Plugin().spec())));
  private final EntityEditor editor =
      new EntityEditor(specs, InstantSource.system(), new SecureRandomValues());
  private final EntitySpec clients = specs.byName(OAuth2Entities.CLIENTS).orElseThrow();

  @Test
  void a_client_gets_an_id_and_a_secret() {
    ObjectNode client = client("{" + OWNER + "}");

    assertThat(client.get("client_id").stringValue()).matches("[A-Za-z0-9]{32}");
    assertThat(client.get("client_secret").stringValue()).matches("[A-Za-z0-9]{32}");
    assertThat(client.get("client_type").stringValue()).isEqualTo("confidential");
  }

  @Test
  void a_secret_is_hashed_when_that_is_asked_for() {
    ObjectNode client = client("{" + OWNER + ",'client_secret':'s','hash_secret':true}");
    ObjectNode random = client("{" + OWNER + ",'hash_secret':true}");

    String hash = client.get("client_secret").stringValue();
    assertThat(hash).startsWith("$pbkdf2-sha512$i=10000,l=32$");
    assertThat(SecretHash.matches("s", hash)).isTrue();
    assertThat(SecretHash.matches("t", hash)).isFalse();
    assertThat(random.get("client_secret").stringValue()).startsWith("$pbkdf2-sha512$");
    assertThat(
            ((Outcome.Accepted) change(client, "{'name':'other'}")).entity().get("client_secret"))
        .isEqualTo(client.get("client_secret"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {"{'client_secret':'new'}", "{'hash_secret':true}"})
  void a_changed_secret_comes_with_whether_to_hash_it(String change) {
    Outcome outcome = change(client("{" + OWNER + "}"), change);

    assertThat(message(outcome))
        .contains("all or none of these fields must be set: 'hash_secret', 'client_secret'");
  }

  @ParameterizedTest
  @CsvSource({
    "http://cb.test, true",
    "https://u@cb.test:8443/x?y=1, true",
    "app://host/, true",
    "not-valid, false",
    "http:///x, false",
    "http://cb.test/#x, false",
  })
  void redirections_go_to_whole_addresses_without_fragment(String uri, boolean legal) {
    Outcome outcome =
        editor.insert(
            clients,
            FakeGateway.json("{" + OWNER + ",'redirect_uris':['" + uri + "']}"),
            ForeignLookup.NONE);

    assertThat(outcome instanceof Outcome.Accepted).isEqualTo(legal);
  }

  @Test
  void a_configuration_has_a_grant_and_the_scopes_that_it_demands() {
    assertThat(plugin("{}")).contains("at least one of these fields must be true");
    assertThat(plugin("{'enable_password_grant':true,'mandatory_scope':true}"))
        .contains("failed conditional validation given value of field 'mandatory_scope'");
  }

  @Test
  void a_configuration_gets_a_provision_key_and_keeps_it() {
    EntitySpec plugins = specs.byName("plugins").orElseThrow();
    ObjectNode input =
        FakeGateway.json("{'name':'oauth2','config':{'enable_implicit_grant':true}}");
    ObjectNode stored =
        ((Outcome.Accepted) editor.insert(plugins, input, ForeignLookup.NONE)).entity();
    ObjectNode patch = FakeGateway.json("{'config':{'realm':'r'}}");
    ObjectNode changed =
        ((Outcome.Accepted) editor.update(plugins, stored, patch, ForeignLookup.NONE)).entity();

    assertThat(stored.at("/config/provision_key").stringValue()).matches("[A-Za-z0-9]{32}");
    assertThat(changed.at("/config/provision_key")).isEqualTo(stored.at("/config/provision_key"));
    assertThat(changed.at("/config/realm").stringValue()).isEqualTo("r");
  }

  @Test
  void codes_are_nobodys_to_see() {
    assertThat(specs.byName(OAuth2Entities.CODES)).isPresent();
    assertThat(specs.shown()).extracting(EntitySpec::name).doesNotContain(OAuth2Entities.CODES);
    assertThat(specs.childrenOf(clients))
        .extracting(child -> child.spec().name())
        .containsExactly(OAuth2Entities.TOKENS);
  }

  private String plugin(String config) {
    ObjectNode input = FakeGateway.json("{'name':'oauth2','config':" + config + "}");
    return message(editor.insert(specs.byName("plugins").orElseThrow(), input, ForeignLookup.NONE));
  }

  private ObjectNode client(String input) {
    Outcome outcome = editor.insert(clients, FakeGateway.json(input), ForeignLookup.NONE);
    return ((Outcome.Accepted) outcome).entity();
  }

  private Outcome change(ObjectNode stored, String patch) {
    return editor.update(clients, stored, FakeGateway.json(patch), ForeignLookup.NONE);
  }

  private static String message(Outcome outcome) {
    return ((Outcome.Rejected) outcome).error().message();
  }
}
