package io.portcullis.proxy.http2;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses the header blocks of one direction of a connection (RFC 7541). Fields go to their
 * taker as octets; only what enters the dynamic table is kept.
 */
public final class HpackDecoder {
  /** Table size that is agreed on unless somebody says otherwise. */
  public static final int DEFAULT_TABLE = 4096;

  private static final int LARGEST_INTEGER = 1 << 24;
  private final Scratch scratch;
  private final int limit = DEFAULT_TABLE;
  private int capacity = DEFAULT_TABLE;
  private @Nullable TableEntry[] ring = new @Nullable TableEntry[16];

  /** Slot of the newest entry. */
  private int newest;

  private int count;
  private int size;

  // Position in the block, and the string read last.
  private byte[] block = {};
  private int at;
  private int end;
  private byte[] octets = {};
  private int from;
  private int to;

  /**
   * @param scratch may be shared by all decoders of a thread
   */
  public HpackDecoder(Scratch scratch) {
    this.scratch = scratch;
  }

  /** Decompresses a whole block. */
  public void decode(byte[] source, int start, int stop, Fields fields) throws ConnectionFault {
    block = source;
    at = start;
    end = stop;
    boolean first = true;
    while (at < end) {
      int octet = block[at];
      if (octet < 0) {
        TableEntry entry = entry(integer(7));
        int name = entry.nameLength();
        fields.field(entry.octets(), 0, name, entry.octets(), name, entry.octets().length);
        first = false;
      } else if ((octet & 0xe0) == 0x20) {
        if (!first) {
          throw broken("a table size amid a block");
        }
        resize(integer(5));
      } else {
        literal((octet & 0x40) != 0, fields);
        first = false;
      }
    }
    block = Scratch.NONE;
  }

  private void literal(boolean indexed, Fields fields) throws ConnectionFault {
    int index = integer(indexed ? 6 : 4);
    byte[] name;
    int nameFrom;
    int nameTo;
    if (index == 0) {
      scratch.first = string(scratch.first);
      name = octets;
      nameFrom = from;
      nameTo = to;
    } else {
      TableEntry entry = entry(index);
      name = entry.octets();
      nameFrom = 0;
      nameTo = entry.nameLength();
    }
    scratch.second = string(scratch.second);
    fields.field(name, nameFrom, nameTo, octets, from, to);
    if (indexed) {
      add(name, nameFrom, nameTo);
    }
  }

  /** Adds a field whose value is the string read last. */
  private void add(byte[] name, int nameFrom, int nameTo) {
    int nameLength = nameTo - nameFrom;
    int length = nameLength + to - from;
    int needed = length + TableEntry.OVERHEAD;
    if (needed > capacity) {
      evict(capacity);
      return;
    }
    byte[] copy = Arrays.copyOf(Arrays.copyOfRange(name, nameFrom, nameTo), length);
    System.arraycopy(octets, from, copy, nameLength, to - from);
    evict(needed);
    if (count == ring.length) {
      grow();
    }
    newest = newest + 1 & ring.length - 1;
    ring[newest] = new TableEntry(copy, nameLength);
    count++;
    size += needed;
  }

  /** Makes room for so much. */
  private void evict(int needed) {
    while (count > 0 && size + needed > capacity) {
      int oldest = newest - count + 1 & ring.length - 1;
      TableEntry entry = ring[oldest];
      if (entry != null) {
        size -= entry.size();
      }
      ring[oldest] = null;
      count--;
    }
  }

  private void grow() {
    @Nullable TableEntry[] larger = new @Nullable TableEntry[ring.length * 2];
    for (int i = 0; i < count; i++) {
      larger[count - 1 - i] = ring[newest - i & ring.length - 1];
    }
    newest = count - 1;
    ring = larger;
  }

  private void resize(int octetsAtMost) throws ConnectionFault {
    if (octetsAtMost > limit) {
      throw broken("a table over its limit");
    }
    capacity = octetsAtMost;
    evict(0);
  }

  private TableEntry entry(int index) throws ConnectionFault {
    if (index > 0 && index <= StaticTable.SIZE) {
      return StaticTable.entry(index);
    }
    int back = index - StaticTable.SIZE - 1;
    TableEntry entry = back >= 0 && back < count ? ring[newest - back & ring.length - 1] : null;
    if (entry == null) {
      throw broken("an index of nothing");
    }
    return entry;
  }

  private int integer(int prefix) throws ConnectionFault {
    int mask = (1 << prefix) - 1;
    int value = block[at++] & mask;
    if (value < mask) {
      return value;
    }
    for (int shift = 0; at < end && shift <= 21; shift += 7) {
      int octet = block[at++];
      value += (octet & 0x7f) << shift;
      if (octet >= 0) {
        if (value > LARGEST_INTEGER) {
          break;
        }
        return value;
      }
    }
    throw broken("an integer that is cut or too large");
  }

  /** Reads a string; answers the scratch array, which may have had to grow. */
  private byte[] string(byte[] room) throws ConnectionFault {
    if (at >= end) {
      throw broken("a string that is cut");
    }
    boolean coded = block[at] < 0;
    int length = integer(7);
    if (length > end - at) {
      throw broken("a string that is cut");
    }
    int start = at;
    at += length;
    if (!coded) {
      octets = block;
      from = start;
      to = at;
      return room;
    }
    byte[] target = room.length < length * 2 ? new byte[length * 2] : room;
    int decoded = Huffman.decode(block, start, at, target, 0);
    if (decoded == Huffman.BROKEN) {
      throw broken("a string that is not coded right");
    }
    octets = target;
    from = 0;
    to = decoded;
    return target;
  }

  private static ConnectionFault broken(String complaint) {
    return new ConnectionFault(ErrorCode.COMPRESSION_ERROR, complaint);
  }

  /** Takes fields. */
  @FunctionalInterface
  public interface Fields {
    /** A field; the arrays are not to be kept. */
    void field(byte[] name, int nameFrom, int nameTo, byte[] value, int valueFrom, int valueTo);
  }

  /** Room for strings while they are decoded; one serves all decoders of a thread. */
  public static final class Scratch {
    static final byte[] NONE = {};
    private byte[] first = new byte[256];
    private byte[] second = new byte[4096];
  }
}
