package io.prumerge.mini.scene;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** A small compressor: one block of RFC 1951 with fixed codes and greedily found repetitions. */
final class Deflate {

  private static final int WINDOW = 1 << 15;
  private static final int SHORTEST = 3;
  private static final int LONGEST = 258;
  private static final int HASH_BITS = 14;

  /** Number of earlier positions tried for a longer repetition. */
  private static final int CHAIN = 12;

  private static final int FIXED_BLOCK = 1;
  private static final int END_OF_BLOCK = 256;

  /** The first length and distance of each code (RFC 1951, section 3.2.5). */
  private static final int[] LENGTHS = {
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258
  };

  private static final int[] DISTANCES = {
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
    3073, 4097, 6145, 8193, 12289, 16385, 24577
  };

  private final byte[] data;
  private final int[] last = new int[1 << HASH_BITS];
  private final int[] before;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private long bits;
  private int count;

  private Deflate(byte[] data) {
    this.data = data;
    before = new int[data.length];
    Arrays.fill(last, -1);
  }

  static byte[] deflate(byte[] data) {
    return new Deflate(data).run();
  }

  private byte[] run() {
    put(1, 1);
    put(FIXED_BLOCK, 2);
    int at = 0;
    while (at < data.length) {
      int from = -1;
      int length = SHORTEST - 1;
      if (at + SHORTEST <= data.length) {
        int place = last[hash(at)];
        for (int i = 0; i < CHAIN && place >= 0 && at - place <= WINDOW; i++) {
          int same = same(place, at);
          if (same > length) {
            length = same;
            from = place;
          }
          place = before[place];
        }
      }
      if (from < 0) {
        symbol(data[at] & 255);
        length = 1;
      } else {
        repetition(length, at - from);
      }
      for (int i = 0; i < length; i++) {
        remember(at++);
      }
    }
    symbol(END_OF_BLOCK);
    put(0, 7);
    return out.toByteArray();
  }

  private int same(int place, int at) {
    int most = Math.min(LONGEST, data.length - at);
    int mismatch = Arrays.mismatch(data, place, place + most, data, at, at + most);
    return mismatch < 0 ? most : mismatch;
  }

  private int hash(int at) {
    int three = data[at] << 16 ^ (data[at + 1] & 255) << 8 ^ data[at + 2] & 255;
    return three * 0x9E3779B1 >>> 32 - HASH_BITS;
  }

  private void remember(int at) {
    if (at + SHORTEST <= data.length) {
      int hash = hash(at);
      before[at] = last[hash];
      last[hash] = at;
    }
  }

  private void repetition(int length, int distance) {
    int code = code(LENGTHS, length);
    symbol(END_OF_BLOCK + 1 + code);
    // 258 has its own code, although the range of the code before includes it.
    int extra = length == LONGEST || code < 8 ? 0 : (code - 4) / 4;
    put(length - LENGTHS[code], extra);
    int far = code(DISTANCES, distance);
    put(Integer.reverse(far) >>> 27, 5);
    put(distance - DISTANCES[far], far < 4 ? 0 : (far - 2) / 2);
  }

  private static int code(int[] firsts, int value) {
    int found = Arrays.binarySearch(firsts, value);
    return found >= 0 ? found : -found - 2;
  }

  /** Writes a literal, the end, or a length code, in the fixed code (RFC 1951, section 3.2.6). */
  private void symbol(int symbol) {
    if (symbol < 144) {
      code(0x30 + symbol, 8);
    } else if (symbol < 256) {
      code(0x190 + symbol - 144, 9);
    } else if (symbol < 280) {
      code(symbol - 256, 7);
    } else {
      code(0xC0 + symbol - 280, 8);
    }
  }

  /** Writes a code. Codes begin with their highest bit, everything else with its lowest bit. */
  private void code(int code, int length) {
    put(Integer.reverse(code) >>> 32 - length, length);
  }

  private void put(int value, int length) {
    bits |= (long) value << count;
    count += length;
    while (count >= 8) {
      out.write((int) bits);
      bits >>>= 8;
      count -= 8;
    }
  }
}
