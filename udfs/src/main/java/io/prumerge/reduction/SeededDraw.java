package io.prumerge.reduction;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A draw of some of n tokens, uniform and without replacement, that is the same on every platform.
 *
 * <p>Token j gets the j-th output of SplitMix64 (Steele, Lea and Flood, "Fast splittable
 * pseudorandom number generators", 2014). The tokens with the smallest outputs, as unsigned
 * numbers, are drawn, so a larger number draws the same tokens and more.
 *
 * @param start of the stream
 */
public record SeededDraw(long start) {

  /** The parameter of methods that draw. */
  public static final Parameter<Long> SEED = Parameter.whole("seed").byDefault(0L);

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  /** Returns the draw of an image: its stream starts at its hash's first 8 bytes XOR the seed. */
  public static SeededDraw of(PatchTokens image, long seed) {
    return new SeededDraw(ByteBuffer.wrap(image.imageSha256()).getLong() ^ seed);
  }

  /** Returns the indices of {@code count} of n tokens, ascending. */
  public int[] of(int n, int count) {
    return IntStream.range(0, n)
        .boxed()
        .sorted(
            Comparator.comparing(this::output, Long::compareUnsigned)
                .thenComparing(Comparator.naturalOrder()))
        .limit(count)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }

  /** Returns an output of the stream, from 0. */
  long output(int index) {
    long z = start + (index + 1) * GOLDEN_GAMMA;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
