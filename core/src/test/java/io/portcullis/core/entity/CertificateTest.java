package io.portcullis.core.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class CertificateTest {
  private static final String ID = "0f0c0000-1111-4111-8111-000000000001";

  @Test
  void no_text_about_a_certificate_holds_its_key() {
    ObjectNode stored =
        JsonNodeFactory.instance.objectNode().put("id", ID).put("key", "the private key");
    assertThatThrownBy(() -> Certificate.of(stored))
        .hasMessage("stored entity " + ID + " lacks 'cert'");
    assertThat(Certificate.of(stored.put("cert", "c")).toString())
        .contains(ID)
        .doesNotContain("private");
  }
}
