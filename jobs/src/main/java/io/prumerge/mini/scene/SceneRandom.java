package io.prumerge.mini.scene;

import java.util.List;

/**
 * Random numbers, the same on every platform and Java release: SplitMix64 (Steele, Lea, Flood,
 * "Fast splittable pseudorandom number generators", 2014).
 */
public final class SceneRandom {

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  public SceneRandom(long seed) {
    state = seed;
  }

  /** Returns the generator's output function, which maps neighbouring values to unrelated ones. */
  public static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  public long next() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** Returns 0 to {@code bound} - 1. */
  public int below(int bound) {
    return (int) ((next() >>> 32) * bound >>> 32);
  }

  /** Returns {@code first} to {@code last}, both included. */
  public int between(int first, int last) {
    return first + below(last - first + 1);
  }

  /** Returns true in {@code percent} of 100 cases. */
  public boolean chance(int percent) {
    return below(100) < percent;
  }

  public <T> T pick(List<T> values) {
    return values.get(below(values.size()));
  }

  /**
   * Returns an index with probability proportional to its weight. At least one weight is positive.
   */
  public int weighted(int[] weights) {
    int total = 0;
    for (int weight : weights) {
      total += weight;
    }
    int rest = below(total);
    int index = 0;
    while (rest >= weights[index]) {
      rest -= weights[index++];
    }
    return index;
  }

  /** Shuffles the values; every order is equally likely. */
  public <T> void shuffle(List<T> values) {
    for (int i = values.size() - 1; i > 0; i--) {
      values.set(i, values.set(below(i + 1), values.get(i)));
    }
  }
}
