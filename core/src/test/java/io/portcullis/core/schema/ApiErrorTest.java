package io.portcullis.core.schema;

import static io.portcullis.core.schema.SampleSchemas.object;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ApiErrorTest {
  @Test
  void a_unique_violation_prints_its_fields_as_a_lua_table() {
    ApiError error =
        ApiError.uniqueViolation(
            object(
                "{\"route\":null,\"name\":\"cors\",\"service\":{\"id\":\"s\"},\"consumer\":null}"));
    assertThat(error.status()).isEqualTo(409);
    assertThat(error.message())
        .isEqualTo(
            "UNIQUE violation detected on"
                + " '{consumer=null,name=\"cors\",route=null,service={id=\"s\"}}'");
  }

  @Test
  void a_dangling_reference_names_key_and_target() {
    assertThat(ApiError.danglingReference("service", object("{\"id\":\"x\"}"), "services").toJson())
        .isEqualTo(
            object(
                "{\"code\":4,\"name\":\"foreign key violation\",\"message\":\"the foreign key"
                    + " '{id=\\\"x\\\"}' does not reference an existing 'services' entity.\","
                    + "\"fields\":{\"service\":{\"id\":\"x\"}}}"));
  }

  @Test
  void a_referenced_row_names_its_referrer() {
    assertThat(ApiError.stillReferenced("services", "routes").message())
        .isEqualTo("an existing 'routes' entity references this 'services' entity");
  }

  @Test
  void missing_rows_are_named_by_id_or_key() {
    assertThat(ApiError.notFound("x").message())
        .isEqualTo("could not find the entity with primary key '{id=\"x\"}'");
    assertThat(ApiError.notFoundBy("name", "x").message())
        .isEqualTo("could not find the entity with '{name=\"x\"}'");
    assertThat(ApiError.primaryKeyViolation("x").message())
        .isEqualTo("primary key violation on key '{id=\"x\"}'");
    assertThat(ApiError.invalidPrimaryKey("id", "expected a valid UUID").message())
        .isEqualTo("invalid primary key: '{id=\"expected a valid UUID\"}'");
  }
}
