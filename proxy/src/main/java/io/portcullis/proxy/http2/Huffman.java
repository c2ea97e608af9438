package io.portcullis.proxy.http2;

/**
 * The code of RFC 7541, appendix B. It is a canonical one: the lengths of its words, in the order
 * of the symbols, tell all of it. Decoding takes half an octet at a time through a table of states.
 */
final class Huffman {
  /** Answer of {@link #decode}: these are no words of the code, or their end is none. */
  static final int BROKEN = -1;

  /** Length of each symbol's word, in base 36. */
  private static final String LENGTHS =
      "dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6ca"
          + "d67777777777777777777777878djde6f56565666577666567655677777fbeds"
          + "kmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmn"
          + "qqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrq";

  private static final int SYMBOLS = 256;
  private static final int END = 256;
  private static final int LONGEST = 30;

  /** A transition: next state, and symbol if one is complete. */
  private static final int FAILS = 1 << 31;

  private static final int EMITS = 1 << 24;

  /** By state and half octet. */
  private static final int[] TRANSITIONS;

  /** Whether a string may end in a state: at a word's end or within the padding. */
  private static final boolean[] MAY_END;

  static {
    // Nodes of the tree: child for 0, child for 1; a symbol is stored as its complement.
    int[][] tree = new int[SYMBOLS + 1][2];
    int nodes = 1;
    int code = 0;
    for (int length = 1; length <= LONGEST; length++) {
      for (int symbol = 0; symbol <= SYMBOLS; symbol++) {
        if (length(symbol) != length) {
          continue;
        }
        int node = 0;
        for (int bit = length - 1; bit > 0; bit--) {
          int side = code >> bit & 1;
          if (tree[node][side] == 0) {
            tree[node][side] = nodes++;
          }
          node = tree[node][side];
        }
        tree[node][code & 1] = ~symbol;
        code++;
      }
      code <<= 1;
    }
    TRANSITIONS = new int[nodes * 16];
    MAY_END = new boolean[nodes];
    for (int state = 0; state < nodes; state++) {
      for (int half = 0; half < 16; half++) {
        TRANSITIONS[state * 16 + half] = transition(tree, state, half);
      }
    }
    // Padding: up to seven bits of the end's word, which is all ones.
    int node = 0;
    for (int bits = 0; bits < 8; bits++) {
      MAY_END[node] = true;
      node = tree[node][1];
    }
  }

  private Huffman() {}

  /**
   * Decodes a string.
   *
   * @param target with room for twice the octets
   * @return where the decoded octets end, or {@link #BROKEN}
   */
  static int decode(byte[] source, int from, int to, byte[] target, int position) {
    int at = position;
    int state = 0;
    for (int i = from; i < to; i++) {
      int octet = source[i];
      int high = TRANSITIONS[state * 16 + (octet >> 4 & 15)];
      if ((high & EMITS) != 0) {
        target[at++] = (byte) (high >> 16);
      }
      // A failure leads to state 0 with the sign kept below.
      int low = TRANSITIONS[(high & 0xffff) * 16 + (octet & 15)];
      if ((low & EMITS) != 0) {
        target[at++] = (byte) (low >> 16);
      }
      if ((high | low) < 0) {
        return BROKEN;
      }
      state = low & 0xffff;
    }
    return MAY_END[state] ? at : BROKEN;
  }

  private static int transition(int[][] tree, int state, int half) {
    int node = state;
    int emitted = 0;
    for (int bit = 3; bit >= 0; bit--) {
      int next = tree[node][half >> bit & 1];
      if (next >= 0) {
        node = next;
      } else if (~next == END) {
        return FAILS;
      } else {
        emitted = EMITS | ~next << 16;
        node = 0;
      }
    }
    return emitted | node;
  }

  private static int length(int symbol) {
    return symbol == END ? LONGEST : Character.digit(LENGTHS.charAt(symbol), 36);
  }
}
