package io.prumerge.estimate;

import java.util.Locale;
import java.util.Optional;

/** Number formats, from the narrowest to the widest. */
public enum Format {
  INT4(4),
  INT8(8),
  FP8(8),
  FP16(16),
  BF16(16),
  TF32(32),
  FP32(32);

  private final int bits;

  Format(int bits) {
    this.bits = bits;
  }

  /** Returns the bits of one element in memory. */
  public int bits() {
    return bits;
  }

  /** Returns the name in lower case, as in {@code conf/hardware.yaml}. */
  public String displayName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the format of this lower-case name. */
  public static Format named(String name) {
    return Names.find("number format", name, values(), Format::displayName);
  }

  /** Returns the bytes of a number of packed elements, rounded up. */
  public long bytes(long elements) {
    return Math.addExact(Math.multiplyExact(elements, bits), 7) / 8;
  }

  /** Returns the format that a product of two operands is computed in. */
  public Format wider(Format other) {
    return compareTo(other) >= 0 ? this : other;
  }

  /**
   * Returns the format that hardware without a unit for this one uses instead, after widening the
   * operands.
   */
  Optional<Format> fallback() {
    return switch (this) {
      case INT4 -> Optional.of(INT8);
      case INT8, FP8 -> Optional.of(FP16);
      case FP16, BF16, TF32 -> Optional.of(FP32);
      case FP32 -> Optional.empty();
    };
  }
}
