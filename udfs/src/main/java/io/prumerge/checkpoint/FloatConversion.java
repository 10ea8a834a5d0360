package io.prumerge.checkpoint;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;

/**
 * Converts between the float types of weights, rounding to nearest even as torch's {@code
 * Tensor.to} does. Values that are too large become infinite; values that are too small become
 * subnormal or zero. NaN stays NaN, but its payload may change: torch's own payload differs between
 * vectorised code and loop remainders.
 */
final class FloatConversion {

  private static final int ALL_HALVES = 1 << 16;
  private static final int FLOAT_INFINITY = 0x7F80_0000;
  private static final int HALF_INFINITY = 0x7C00;
  private static final int HALF_NAN = 0x7E00;
  private static final int BFLOAT_NAN = 0x7FC0;
  // Difference of the exponent biases of fp32 and fp16, 127 - 15, in the exponent's place.
  private static final int REBIAS = 112 << 23;
  // The smallest normal fp16, 2^-14, as fp32.
  private static final int LEAST_NORMAL_HALF = REBIAS + (1 << 23);
  // 2^16: no value from here on rounds to a finite fp16.
  private static final int PAST_HALF = (127 + 16) << 23;

  private final TensorType from;
  private final TensorType to;
  // The result for every possible element, if elements have 16 bits.
  private final int[] results;

  private FloatConversion(TensorType from, TensorType to) {
    this.from = from;
    this.to = to;
    results = new int[from.bytes() == Short.BYTES ? ALL_HALVES : 0];
    for (int bits = 0; bits < results.length; bits++) {
      results[bits] = convert(bits);
    }
  }

  /** The conversion between two different types of F32, F16 and BF16. */
  static FloatConversion between(TensorType from, TensorType to) {
    return new FloatConversion(from, to);
  }

  /**
   * Converts elements.
   *
   * @param elements of the first type; all remaining bytes are read
   * @param converted receives the elements in the second type, from its position on
   */
  void convert(ByteBuffer elements, ByteBuffer converted) {
    int count = elements.remaining() / from.bytes();
    if (from.bytes() == Integer.BYTES) {
      narrow(elements.asIntBuffer(), converted.asShortBuffer(), count);
    } else if (to.bytes() == Integer.BYTES) {
      widen(elements.asShortBuffer(), converted.asIntBuffer(), count);
    } else {
      look(elements.asShortBuffer(), converted.asShortBuffer(), count);
    }
    elements.position(elements.limit());
    converted.position(converted.position() + count * to.bytes());
  }

  private void narrow(IntBuffer elements, ShortBuffer converted, int count) {
    if (to == TensorType.BF16) {
      for (int i = 0; i < count; i++) {
        converted.put(i, (short) bfloat(elements.get(i)));
      }
    } else {
      for (int i = 0; i < count; i++) {
        converted.put(i, (short) half(elements.get(i)));
      }
    }
  }

  private void widen(ShortBuffer elements, IntBuffer converted, int count) {
    for (int i = 0; i < count; i++) {
      converted.put(i, results[elements.get(i) & 0xFFFF]);
    }
  }

  private void look(ShortBuffer elements, ShortBuffer converted, int count) {
    for (int i = 0; i < count; i++) {
      converted.put(i, (short) results[elements.get(i) & 0xFFFF]);
    }
  }

  private int convert(int bits) {
    int single =
        switch (from) {
          case F16 -> single(bits);
          case BF16 -> bits << 16;
          default -> throw unknown(from);
        };
    return switch (to) {
      case F32 -> single;
      case F16 -> half(single);
      case BF16 -> bfloat(single);
      default -> throw unknown(to);
    };
  }

  private static IllegalArgumentException unknown(TensorType type) {
    return new IllegalArgumentException("Cannot convert " + type + "; known: F32, F16, BF16");
  }

  /** fp16 as fp32, exact. */
  private static int single(int half) {
    int sign = (half & 0x8000) << 16;
    int magnitude = half & 0x7FFF;
    if (magnitude >= HALF_INFINITY) {
      return sign | FLOAT_INFINITY | (magnitude & 0x3FF) << 13;
    }
    if (magnitude < 0x400) { // zero and subnormals are multiples of 2^-24
      return sign | Float.floatToRawIntBits(magnitude * 0x1p-24f);
    }
    return sign | (magnitude << 13) + REBIAS;
  }

  /** fp32 rounded to bf16: the upper half, plus one if the lower half rounds up. */
  private static int bfloat(int single) {
    int rounded = (single + 0x7FFF + (single >>> 16 & 1)) >>> 16;
    return (single & 0x7FFF_FFFF) > FLOAT_INFINITY ? BFLOAT_NAN : rounded;
  }

  /** fp32 rounded to fp16. */
  private static int half(int single) {
    int sign = single >>> 16 & 0x8000;
    int magnitude = single & 0x7FFF_FFFF;
    if (magnitude >= PAST_HALF) {
      return sign | (magnitude > FLOAT_INFINITY ? HALF_NAN : HALF_INFINITY);
    }
    if (magnitude < LEAST_NORMAL_HALF) {
      return sign | (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24);
    }
    return sign | (magnitude - REBIAS + 0xFFF + (magnitude >>> 13 & 1)) >>> 13;
  }
}
