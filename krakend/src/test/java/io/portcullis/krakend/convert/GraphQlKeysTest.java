package io.portcullis.krakend.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.krakend.file.ConfigurationText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class GraphQlKeysTest {
  @TempDir private Path folder;

  @Test
  void an_operation_becomes_that_of_a_backend() throws Exception {
    Converted converted =
        file(
            "'type':'Query','method':'get','query':'{ a }','operationName':'A',"
                + "'@comment':'x','variables':{'id':'{id}','n':1,'sub':'{JWT.sub}'}");

    assertThat(converted.findings()).isEmpty();
    assertThat(graphql(converted).toString().replace('"', '\''))
        .isEqualTo(
            "{'type':'query','method':'GET','query':'{ a }','operation_name':'A',"
                + "'variables':{'id':'{id}','n':1,'sub':'{JWT.sub}'}}");
  }

  @Test
  void a_document_may_be_in_a_file() throws Exception {
    Path document = Files.writeString(folder.resolve("a.graphql"), "mutation M { m }\n");

    Converted converted =
        file("'type':'mutation','query':'not this','query_path':'" + document + "'");

    assertThat(converted.findings()).isEmpty();
    assertThat(graphql(converted).path("query").asString()).isEqualTo("mutation M { m }\n");
    assertThat(graphql(converted).path("method").asString()).isEqualTo("POST");
  }

  @Test
  void what_is_wrong_is_told_with_its_line() throws Exception {
    assertThat(finding("'type':'query'"))
        .isEqualTo("ERROR 2 'backend/graphql' without 'query' or 'query_path'");
    assertThat(finding("'type':'query','query_path':'/no/such'"))
        .isEqualTo("ERROR 2 'query_path': /no/such cannot be read");
    assertThat(finding("'type':'subscription','query':'q'"))
        .isEqualTo(
            "MISTAKE 2 'type' is neither query nor mutation, so 'backend/graphql' has no effect");
    assertThat(finding("'type':'query','query':'q','method':'PUT'"))
        .isEqualTo("MISTAKE 2 method 'PUT' counts as POST");
    assertThat(finding("'type':'query','query':'q','variables':{'a':'{nobody}'}"))
        .isEqualTo("MISTAKE 2 variable 'a': {nobody} is always empty");
    assertThat(finding("'type':'query','query':'q','operation':'x'"))
        .startsWith("MISTAKE 2 unknown key 'operation'");
  }

  @Test
  void a_shadow_may_have_its_own_time() throws Exception {
    Converted converted =
        parsed("'proxy':{'shadow':true,'shadow_timeout':'10s'}", ",{'url_pattern':'/'}");

    assertThat(converted.findings()).isEmpty();
    JsonNode backend = converted.document().at("/routes/0/plugins/0/config/backend/0");
    assertThat(backend.path("shadow").asBoolean()).isTrue();
    assertThat(backend.path("shadow_timeout").asString()).isEqualTo("10s");
  }

  private static JsonNode graphql(Converted converted) {
    return converted.document().at("/routes/0/plugins/0/config/backend/0/graphql");
  }

  private static String finding(String graphql) throws Exception {
    Finding first = file(graphql).findings().getFirst();
    return first.severity() + " " + first.at().line() + " " + first.message();
  }

  private static Converted file(String graphql) throws Exception {
    return parsed("'backend/graphql':{" + graphql + "}", "");
  }

  private static Converted parsed(String extra, String more) throws Exception {
    String text =
        "{'version':3,'host':['http://h'],'endpoints':[{'endpoint':'/a/{id}','backend':[\n"
            + "{'url_pattern':'/graphql','extra_config':{"
            + extra
            + "}}"
            + more
            + "]}]}";
    return RootConverter.convert(
        ConfigurationText.parse("krakend.json", text.replace('\'', '"')),
        new Surroundings(Map.of(), null, false, "9.9"));
  }
}
