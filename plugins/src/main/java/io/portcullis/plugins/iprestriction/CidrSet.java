package io.portcullis.plugins.iprestriction;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of IPv4 and IPv6 addresses made of addresses and CIDR ranges. Asking it allocates nothing:
 * ranges are merged into sorted arrays when it is made, and the address is read from its text as it
 * stands. Immutable.
 *
 * <p>An IPv4 address mapped into IPv6 ({@code ::ffff:10.0.0.1}) is the IPv4 address, in the set and
 * in the question, so that neither spelling gets around a list.
 */
public final class CidrSet {
  private static final long MAPPED = 0xffffL << 32;
  private static final long UNSIGNED = Long.MIN_VALUE;

  private final long[] v4First;
  private final long[] v4Last;
  private final long[] v6FirstHigh;
  private final long[] v6FirstLow;
  private final long[] v6LastHigh;
  private final long[] v6LastLow;

  private CidrSet(List<Range> v4, List<Range> v6) {
    List<Range> merged4 = merged(v4);
    v4First = merged4.stream().mapToLong(Range::firstLow).toArray();
    v4Last = merged4.stream().mapToLong(Range::lastLow).toArray();
    List<Range> merged6 = merged(v6);
    v6FirstHigh = merged6.stream().mapToLong(Range::firstHigh).toArray();
    v6FirstLow = merged6.stream().mapToLong(Range::firstLow).toArray();
    v6LastHigh = merged6.stream().mapToLong(Range::lastHigh).toArray();
    v6LastLow = merged6.stream().mapToLong(Range::lastLow).toArray();
  }

  /**
   * The union of addresses and ranges; bits of a range's address outside its prefix do not matter.
   *
   * @throws IllegalArgumentException for an entry that is neither
   */
  public static CidrSet of(List<String> entries) {
    List<Range> v4 = new ArrayList<>();
    List<Range> v6 = new ArrayList<>();
    for (String entry : entries) {
      Range range = range(entry);
      if (range == null) {
        throw new IllegalArgumentException("invalid ip or cidr range: '" + entry + "'");
      }
      (range.v4() ? v4 : v6).add(range);
    }
    return new CidrSet(v4, v6);
  }

  /** Whether {@link #of} would take the entry. */
  public static boolean isAddressOrRange(String entry) {
    return range(entry) != null;
  }

  /** Whether the text is an address at all; a Unix socket's name is not. */
  public static boolean isAddress(String address) {
    return v4(address, 0, address.length()) >= 0 || isV6(address, 0, address.length());
  }

  /** Whether the address, in text form, is in the set; text that is no address is not. */
  public boolean contains(String address) {
    int length = address.length();
    if (address.indexOf(':') < 0) {
      long v4 = v4(address, 0, length);
      return v4 >= 0 && containsV4(v4);
    }
    if (!isV6(address, 0, length)) {
      return false;
    }
    long high = v6(address, 0, length, true);
    long low = v6(address, 0, length, false);
    return isMapped(high, low) ? containsV4(low & 0xffffffffL) : containsV6(high, low);
  }

  private boolean containsV4(long address) {
    int from = 0;
    int to = v4First.length - 1;
    while (from <= to) {
      int middle = (from + to) >>> 1;
      if (address < v4First[middle]) {
        to = middle - 1;
      } else if (address > v4Last[middle]) {
        from = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  private boolean containsV6(long high, long low) {
    int from = 0;
    int to = v6FirstHigh.length - 1;
    while (from <= to) {
      int middle = (from + to) >>> 1;
      if (less(high, low, v6FirstHigh[middle], v6FirstLow[middle])) {
        to = middle - 1;
      } else if (less(v6LastHigh[middle], v6LastLow[middle], high, low)) {
        from = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  private static boolean less(long high, long low, long otherHigh, long otherLow) {
    return high == otherHigh
        ? low + UNSIGNED < otherLow + UNSIGNED
        : high + UNSIGNED < otherHigh + UNSIGNED;
  }

  private static boolean isMapped(long high, long low) {
    return high == 0 && (low & 0xffffffff00000000L) == MAPPED;
  }

  private static List<Range> merged(List<Range> ranges) {
    List<Range> sorted = new ArrayList<>(ranges);
    sorted.sort(
        Comparator.<Range>comparingLong(range -> range.firstHigh() + UNSIGNED)
            .thenComparingLong(range -> range.firstLow() + UNSIGNED));
    List<Range> merged = new ArrayList<>();
    for (Range range : sorted) {
      Range last = merged.isEmpty() ? null : merged.getLast();
      if (last != null
          && !less(last.lastHigh(), last.lastLow(), range.firstHigh(), range.firstLow())) {
        if (less(last.lastHigh(), last.lastLow(), range.lastHigh(), range.lastLow())) {
          merged.set(merged.size() - 1, last.upTo(range));
        }
      } else {
        merged.add(range);
      }
    }
    return merged;
  }

  private static @Nullable Range range(String entry) {
    int slash = entry.indexOf('/');
    int end = slash < 0 ? entry.length() : slash;
    int prefix = -1;
    if (slash >= 0) {
      prefix = decimal(entry, slash + 1, entry.length(), 128);
      if (prefix < 0) {
        return null;
      }
    }
    if (entry.indexOf(':') < 0) {
      long address = v4(entry, 0, end);
      return address < 0 || prefix > 32 ? null : v4Range(address, prefix < 0 ? 32 : prefix);
    }
    if (entry.indexOf('%') >= 0 || !isV6(entry, 0, end)) {
      return null;
    }
    long high = v6(entry, 0, end, true);
    long low = v6(entry, 0, end, false);
    int bits = prefix < 0 ? 128 : prefix;
    if (isMapped(high, low) && bits >= 96) {
      return v4Range(low & 0xffffffffL, bits - 96);
    }
    long highMask = bits >= 64 ? -1L : mask(bits);
    long lowMask = bits <= 64 ? 0L : mask(bits - 64);
    return new Range(false, high & highMask, low & lowMask, high | ~highMask, low | ~lowMask);
  }

  private static Range v4Range(long address, int prefix) {
    long mask = mask(prefix) >>> 32;
    return new Range(true, 0, address & mask, 0, address | (~mask & 0xffffffffL));
  }

  /** The upper {@code bits} of 64. */
  private static long mask(int bits) {
    return bits == 0 ? 0L : -1L << (64 - bits);
  }

  /** A dotted quad as a number, or -1. Leading zeros do not make a part octal. */
  private static long v4(String text, int start, int end) {
    long address = 0;
    int at = start;
    for (int part = 0; part < 4; part++) {
      int partEnd = at;
      while (partEnd < end && text.charAt(partEnd) != '.') {
        partEnd++;
      }
      int number = decimal(text, at, partEnd, 255);
      if (number < 0 || (part < 3) == (partEnd == end)) {
        return -1;
      }
      address = address << 8 | number;
      at = partEnd + 1;
    }
    return address;
  }

  private static int decimal(String text, int start, int end, int maximum) {
    if (start == end || end - start > 3) {
      return -1;
    }
    int number = 0;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = number * 10 + c - '0';
    }
    return number <= maximum ? number : -1;
  }

  private static boolean isV6(String text, int start, int end) {
    return v6Groups(text, start, zone(text, start, end)) >= 0;
  }

  private static long v6(String text, int start, int end, boolean high) {
    int stop = zone(text, start, end);
    int groups = v6Groups(text, start, stop);
    return v6Half(text, start, stop, groups, high);
  }

  private static int zone(String text, int start, int end) {
    int percent = text.indexOf('%', start);
    return percent < 0 || percent > end ? end : percent;
  }

  /** How many 16-bit groups are written out, or -1 when the text is no IPv6 address. */
  private static int v6Groups(String text, int start, int end) {
    int groups = 0;
    boolean gap = false;
    int at = start;
    if (at == end) {
      return -1;
    }
    if (text.charAt(at) == ':') {
      if (at + 1 >= end || text.charAt(at + 1) != ':') {
        return -1;
      }
      gap = true;
      at += 2;
    }
    while (at < end) {
      int groupEnd = groupEnd(text, at, end);
      if (groupEnd == end && isDotted(text, at, end)) {
        if (v4(text, at, end) < 0) {
          return -1;
        }
        groups += 2;
        at = end;
        break;
      }
      if (groupEnd == at || groupEnd - at > 4 || !isHex(text, at, groupEnd)) {
        return -1;
      }
      groups++;
      at = groupEnd;
      if (at == end) {
        break;
      }
      at++; // the colon
      if (at < end && text.charAt(at) == ':') {
        if (gap) {
          return -1;
        }
        gap = true;
        at++;
      } else if (at == end) {
        return -1;
      }
    }
    return gap ? (groups <= 7 ? groups : -1) : (groups == 8 ? groups : -1);
  }

  /**
   * One half of an address whose text is known to be right. With {@code ::}, groups after it count
   * from the back.
   */
  private static long v6Half(String text, int start, int end, int groups, boolean high) {
    long half = 0;
    int index = 0;
    int at = start;
    if (text.charAt(at) == ':') {
      index = 8 - groups;
      at += 2;
    }
    while (at < end) {
      int groupEnd = groupEnd(text, at, end);
      if (groupEnd == end && isDotted(text, at, end)) {
        return high ? half : half | v4(text, at, end);
      }
      if (index < 4 == high) {
        half |= hex(text, at, groupEnd) << (48 - 16 * (index & 3));
      }
      index++;
      at = groupEnd + 1;
      if (at < end && text.charAt(at) == ':') {
        index += 8 - groups;
        at++;
      }
    }
    return half;
  }

  private static int groupEnd(String text, int at, int end) {
    int colon = text.indexOf(':', at);
    return colon < 0 || colon > end ? end : colon;
  }

  private static boolean isDotted(String text, int start, int end) {
    int dot = text.indexOf('.', start);
    return dot >= 0 && dot < end;
  }

  private static boolean isHex(String text, int start, int end) {
    for (int i = start; i < end; i++) {
      if (Character.digit(text.charAt(i), 16) < 0 || text.charAt(i) > 'f') {
        return false;
      }
    }
    return true;
  }

  private static long hex(String text, int start, int end) {
    long value = 0;
    for (int i = start; i < end; i++) {
      value = value << 4 | Character.digit(text.charAt(i), 16);
    }
    return value;
  }

  private record Range(boolean v4, long firstHigh, long firstLow, long lastHigh, long lastLow) {
    Range upTo(Range other) {
      return new Range(v4, firstHigh, firstLow, other.lastHigh, other.lastLow);
    }
  }
}
