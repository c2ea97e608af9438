package io.portcullis.proxy.server;

import io.portcullis.proxy.upstream.LiteralAddress;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** The addresses of {@code trusted_ips}. Immutable. */
public final class TrustedPeers {
  /** Nobody. */
  public static final TrustedPeers NONE = new TrustedPeers(List.of());

  private final List<Range> ranges;

  private TrustedPeers(List<Range> ranges) {
    this.ranges = ranges;
  }

  /**
   * Reads the setting's entries.
   *
   * @throws IllegalArgumentException naming the first that is neither an address nor a CIDR range
   */
  public static TrustedPeers of(List<String> entries) {
    List<Range> ranges = new ArrayList<>(entries.size());
    for (String entry : entries) {
      // unix: sockets are never seen here
      if (!entry.equals("unix:")) {
        ranges.add(Range.of(entry.strip()));
      }
    }
    return new TrustedPeers(List.copyOf(ranges));
  }

  public boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    for (Range range : ranges) {
      if (range.contains(bytes)) {
        return true;
      }
    }
    return false;
  }

  private record Range(byte[] network, int bits) {
    static Range of(String text) {
      int slash = text.indexOf('/');
      InetAddress address = LiteralAddress.parse(slash < 0 ? text : text.substring(0, slash));
      if (address == null) {
        throw new IllegalArgumentException("'" + text + "' is not an IP address or CIDR range");
      }
      byte[] network = address.getAddress();
      int all = network.length * 8;
      int bits = all;
      if (slash >= 0) {
        try {
          bits = Integer.parseInt(text.substring(slash + 1));
        } catch (NumberFormatException notNumber) {
          bits = -1;
        }
      }
      if (bits < 0 || bits > all) {
        throw new IllegalArgumentException("'" + text + "' is not an IP address or CIDR range");
      }
      return new Range(network, bits);
    }

    boolean contains(byte[] address) {
      if (address.length != network.length) {
        return false;
      }
      int whole = bits / 8;
      for (int i = 0; i < whole; i++) {
        if (address[i] != network[i]) {
          return false;
        }
      }
      int rest = bits % 8;
      return rest == 0 || ((address[whole] ^ network[whole]) & (0xff00 >> rest & 0xff)) == 0;
    }
  }
}
