package io.prumerge.mini;

import java.util.List;

/**
 * Numbers by chance, the same on every platform and Java release: SplitMix64 (Steele, Lea, Flood,
 * "Fast splittable pseudorandom number generators", 2014).
 */
final class SceneRandom {

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  SceneRandom(long seed) {
    state = seed;
  }

  /** The generator's output function: neighbouring values become unrelated ones. */
  static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  long next() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** 0 to {@code bound} - 1. */
  int below(int bound) {
    return (int) ((next() >>> 32) * bound >>> 32);
  }

  /** {@code first} to {@code last}, both included. */
  int between(int first, int last) {
    return first + below(last - first + 1);
  }

  /** True in {@code percent} of 100 cases. */
  boolean chance(int percent) {
    return below(100) < percent;
  }

  <T> T pick(List<T> values) {
    return values.get(below(values.size()));
  }

  /** An index, each as likely as its weight says; at least one weight is positive. */
  int weighted(int[] weights) {
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

  /** Moves the values about, every order as likely as every other one. */
  <T> void shuffle(List<T> values) {
    for (int i = values.size() - 1; i > 0; i--) {
      values.set(i, values.set(below(i + 1), values.get(i)));
    }
  }
}
