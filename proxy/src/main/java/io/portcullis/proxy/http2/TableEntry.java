package io.portcullis.proxy.http2;

import io.portcullis.proxy.wire.Octets;

/**
 * A field in a table of RFC 7541: name and value behind one another.
 *
 * @param octets not to be changed
 * @param nameLength where the value begins
 */
@SuppressWarnings("ArrayRecordComponent") // shared within the package, compared by nobody
record TableEntry(byte[] octets, int nameLength) {
  /** What an entry counts beside its octets (RFC 7541, section 4.1). */
  static final int OVERHEAD = 32;

  static TableEntry of(String name, String value) {
    return new TableEntry(Octets.latin1(name + value), name.length());
  }

  /** What it counts. */
  int size() {
    return octets.length + OVERHEAD;
  }
}
