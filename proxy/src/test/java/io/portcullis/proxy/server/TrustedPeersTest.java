package io.portcullis.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedPeersTest {
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0/0,1.2.3.4,true",
    "0.0.0.0/0,::1,false",
    "::/0,::1,true",
    "10.0.0.0/8,10.255.1.2,true",
    "10.0.0.0/8,11.0.0.1,false",
    "10.1.2.0/23,10.1.3.255,true",
    "10.1.2.0/23,10.1.4.0,false",
    "10.1.2.3,10.1.2.3,true",
    "10.1.2.3,10.1.2.4,false",
    "fd00::/9,fd7f::1,true",
    "fd00::/9,fd80::1,false"
  })
  void tells_members_of_a_range(String range, String address, boolean member) {
    assertThat(TrustedPeers.of(List.of(range)).contains(InetAddress.ofLiteral(address)))
        .isEqualTo(member);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "name", "10.0.0", "::/129", "10.0.0.0/x"})
  void names_an_entry_that_is_no_address(String entry) {
    assertThatThrownBy(() -> TrustedPeers.of(List.of(entry)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(entry);
  }

  @Test
  void trusts_nobody_by_default() {
    assertThat(TrustedPeers.NONE.contains(InetAddress.getLoopbackAddress())).isFalse();
  }
}
