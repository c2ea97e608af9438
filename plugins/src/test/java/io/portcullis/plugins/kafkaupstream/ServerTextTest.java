package io.portcullis.plugins.kafkaupstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.plugins.FakeGateway;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerTextTest {
  @ParameterizedTest
  @CsvSource({"kafka:9092,kafka,9092", "10.0.0.1:0,10.0.0.1,0", "[::1]:9,::1,9"})
  void c14_host_and_port_are_read(String text, String host, int port) {
    assertThat(ServerText.read(text))
        .isEqualTo(FakeGateway.json("{'host':'" + host + "','port':" + port + "}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"kafka", "kafka:", ":9092", "kafka:x", "kafka:65536", "a:1,b:2", "::1:9", "a b:1"})
  void other_texts_are_not(String text) {
    assertThat(ServerText.read(text)).isNull();
  }
}
