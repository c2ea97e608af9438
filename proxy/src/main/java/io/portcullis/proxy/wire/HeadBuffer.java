package io.portcullis.proxy.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Collects a head that may come in pieces. A head that lies whole in the input is copied once, into
 * an array of its own; a piecemeal one is parsed again only when its end is in sight, so that a
 * client which dribbles cannot make us parse for each octet.
 */
public final class HeadBuffer {
  private static final int FIRST = 4096;
  private byte @Nullable [] bytes;
  private int length;
  private int scanned;

  /** Whether part of a head is here. */
  public boolean isEmpty() {
    return bytes == null;
  }

  /** Forgets everything. */
  public void clear() {
    bytes = null;
    length = 0;
    scanned = 0;
  }

  /**
   * Takes octets and parses.
   *
   * @param input left behind the head when it is complete, else empty
   * @param limit of the whole head, in octets
   * @return 0 when complete, {@link Head#INCOMPLETE} or {@link Head#REFUSED} (status 431 when over
   *     the limit)
   */
  public int take(ByteBuffer input, RequestHead head, int limit) {
    return take(input, head, null, limit);
  }

  /** Like the other one, for a response. */
  public int take(ByteBuffer input, ResponseHead head, int limit) {
    return take(input, null, head, limit);
  }

  private int take(
      ByteBuffer input, @Nullable RequestHead request, @Nullable ResponseHead response, int limit) {
    while (true) {
      int before = length;
      byte[] all = append(input, limit);
      if (before > 0 && !endInSight(all)) {
        if (length > limit) {
          return tooLarge(request, response);
        }
        if (!input.hasRemaining()) {
          return Head.INCOMPLETE;
        }
        continue;
      }
      int end =
          request != null
              ? request.parse(all, 0, length)
              : response != null ? response.parse(all, 0, length) : Head.REFUSED;
      if (end >= 0) {
        if (end > limit) {
          return tooLarge(request, response);
        }
        input.position(input.position() - (length - end));
        clear();
        return 0;
      }
      if (end == Head.REFUSED) {
        return end;
      }
      if (length > limit) {
        return tooLarge(request, response);
      }
      if (!input.hasRemaining()) {
        return Head.INCOMPLETE;
      }
    }
  }

  private static int tooLarge(@Nullable RequestHead request, @Nullable ResponseHead response) {
    String why = "the head is over the limit";
    return request != null
        ? request.refuse(431, why)
        : response != null ? response.refuse(502, why) : Head.REFUSED;
  }

  private byte[] append(ByteBuffer input, int limit) {
    int count = Math.min(input.remaining(), Math.max(FIRST, Math.max(length, limit - length) + 1));
    if (length == 0) {
      count = Math.min(count, FIRST);
    }
    byte[] all = bytes;
    if (all == null) {
      all = new byte[count];
    } else if (length + count > all.length) {
      all = Arrays.copyOf(all, Math.max(length + count, Math.min(all.length * 2, limit + FIRST)));
    }
    input.get(all, length, count);
    length += count;
    bytes = all;
    return all;
  }

  /** Looks at the new octets for an empty line, or for something that no head may hold. */
  private boolean endInSight(byte[] all) {
    for (int i = Math.max(scanned - 3, 0); i < length; i++) {
      int octet = all[i];
      if (octet == '\n') {
        if (i == 0 || all[i - 1] != '\r') {
          return true;
        }
        if (i >= 3 && all[i - 2] == '\n' && all[i - 3] == '\r') {
          return true;
        }
      } else if (octet == 0) {
        return true;
      }
    }
    scanned = length;
    return false;
  }
}
