package io.portcullis.plugins.iprestriction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrSetTest {
  private static final BigInteger MAPPED = BigInteger.valueOf(0xffff).shiftLeft(32);

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.255.255, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.9.9.9/8, 10.0.0.0, true",
    "0.0.0.0/0, 255.255.255.255, true",
    "0.0.0.0/0, ::1, false",
    "::/0, 2001:db8::1, true",
    "::/0, 10.0.0.1, true",
    "192.168.1.7, 192.168.1.7, true",
    "192.168.1.7, 192.168.1.8, false",
    "192.168.1.7/32, 192.168.1.6, false",
    "2001:db8::/32, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, true",
    "2001:db8::/32, 2001:db9::, false",
    "2001:db8::5, 2001:0DB8:0:0:0:0:0:5, true",
    "fe80::/10, fe80::1%eth0, true",
    "::ffff:10.0.0.0/104, 10.1.2.3, true",
    "10.0.0.0/8, ::ffff:10.1.2.3, true",
    "10.0.0.0/8, ::ffff:a01:203, true",
    "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8, true",
    "::, ::, true",
    "1::, 1:0::0, true",
    "64:ff9b::192.0.2.1, 64:ff9b::c000:201, true",
    "10.0.0.0/8, unix:, false",
    "10.0.0.0/8, '', false",
  })
  void answers(String entry, String address, boolean inside) {
    if (entry.equals("::/0") && !address.contains(":")) {
      // A plain IPv4 address is not an IPv6 address; only its mapped spelling would be both.
      assertThat(CidrSet.of(List.of(entry)).contains(address)).isFalse();
    } else {
      assertThat(CidrSet.of(List.of(entry)).contains(address)).isEqualTo(inside);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "10.0.0",
        "10.0.0.0.0",
        "10.0.0.256",
        "10.0.0.0/33",
        "10.0.0.0/",
        "10.0.0.0/-1",
        "/8",
        "a.b.c.d",
        ":",
        ":::",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "12345::",
        "g::",
        "::/129",
        "1:2:3:4:5:6:7::8",
        "fe80::1%eth0",
        "::1.2.3",
        "1.2.3.4:80",
        "::1/x",
        "1:",
        "::1:",
        "10.0.0.0/8/8",
        " 10.0.0.1"
      })
  void refuses_what_is_no_address_or_range(String entry) {
    assertThat(CidrSet.isAddressOrRange(entry)).isFalse();
    assertThatThrownBy(() -> CidrSet.of(List.of(entry)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("invalid ip or cidr range: '" + entry + "'");
  }

  @Test
  void an_empty_set_holds_nothing() {
    assertThat(CidrSet.of(List.of()).contains("10.0.0.1")).isFalse();
  }

  @Property(tries = 2_000)
  void agrees_with_a_naive_look_at_every_ipv4_range(
      @ForAll("v4Ranges") List<String> ranges, @ForAll("v4") String address)
      throws UnknownHostException {
    assertThat(CidrSet.of(ranges).contains(address)).isEqualTo(naive(ranges, address));
  }

  @Test
  void a_range_around_the_mapped_addresses_is_one_of_ipv6() throws UnknownHostException {
    List<String> ranges = List.of("0:0:0:0:0:ffff:1:1/0");
    assertThat(CidrSet.of(ranges).contains("1:1:1:1:1:1:1:1")).isTrue();
    assertThat(CidrSet.of(ranges).contains("10.0.0.1")).isFalse();
    assertThat(naive(ranges, "1:1:1:1:1:1:1:1")).isTrue();
    assertThat(naive(ranges, "10.0.0.1")).isFalse();
  }

  @Property(tries = 2_000)
  void agrees_with_a_naive_look_at_every_ipv6_range(
      @ForAll("v6Ranges") List<String> ranges, @ForAll("v6") String address)
      throws UnknownHostException {
    assertThat(CidrSet.of(ranges).contains(address)).isEqualTo(naive(ranges, address));
  }

  @Property
  void reads_every_spelling_that_the_jdk_writes(@ForAll("v6") String address)
      throws UnknownHostException {
    String canonical = InetAddress.getByName(address).getHostAddress();

    assertThat(CidrSet.of(List.of(address)).contains(canonical)).isTrue();
    assertThat(CidrSet.of(List.of(canonical)).contains(address)).isTrue();
  }

  /** Few different bits, so that ranges and addresses meet. */
  @Provide
  Arbitrary<String> v4() {
    return Arbitraries.of(0, 1, 2, 127, 128, 255)
        .list()
        .ofSize(4)
        .map(parts -> String.join(".", parts.stream().map(String::valueOf).toList()));
  }

  @Provide
  Arbitrary<List<String>> v4Ranges() {
    return Combinators.combine(v4(), Arbitraries.integers().between(0, 32))
        .as((address, bits) -> address + "/" + bits)
        .list()
        .ofMaxSize(8);
  }

  @Provide
  Arbitrary<String> v6() {
    Arbitrary<String> plain =
        Arbitraries.of("1", "2", "8000", "7fff", "ffff", "0")
            .list()
            .ofSize(8)
            .map(groups -> String.join(":", groups));
    Arbitrary<String> mapped =
        Arbitraries.of("1", "8000", "ffff")
            .list()
            .ofSize(2)
            .map(groups -> "::ffff:" + String.join(":", groups));
    Arbitrary<String> shortened =
        Combinators.combine(
                Arbitraries.of("1", "8000", "ffff").list().ofMinSize(1).ofMaxSize(3),
                Arbitraries.of("1", "8000", "ffff").list().ofMinSize(1).ofMaxSize(3))
            .as((left, right) -> String.join(":", left) + "::" + String.join(":", right));
    return Arbitraries.oneOf(plain, shortened, mapped);
  }

  @Provide
  Arbitrary<List<String>> v6Ranges() {
    return Combinators.combine(v6(), Arbitraries.integers().between(0, 128))
        .as((address, bits) -> address + "/" + bits)
        .list()
        .ofMaxSize(8);
  }

  /** Compares bits; an IPv4 address is in ranges of IPv4 alone, however both are written. */
  private static boolean naive(List<String> ranges, String address) throws UnknownHostException {
    BigInteger wanted = bits(address);
    for (String range : ranges) {
      int slash = range.indexOf('/');
      String text = range.substring(0, slash);
      BigInteger base = bits(text);
      int ignored =
          (text.indexOf(':') < 0 ? 32 : 128) - Integer.parseInt(range.substring(slash + 1));
      boolean v4 = isV4(base) && ignored <= 32;
      if (v4 == isV4(wanted) && base.shiftRight(ignored).equals(wanted.shiftRight(ignored))) {
        return true;
      }
    }
    return false;
  }

  /** 128 of them: the JDK makes IPv4 addresses of those that are mapped. */
  private static BigInteger bits(String address) throws UnknownHostException {
    byte[] octets = InetAddress.getByName(address).getAddress();
    BigInteger value = new BigInteger(1, octets);
    return octets.length == 4 ? value.add(MAPPED) : value;
  }

  private static boolean isV4(BigInteger bits) {
    return bits.shiftRight(32).equals(MAPPED.shiftRight(32));
  }
}
