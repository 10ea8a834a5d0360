package io.prumerge.finetune;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Which rows each step learns from: all rows once per epoch, in an order that seed and epoch alone
 * decide, cut into batches. The last batch of an epoch may be smaller, as in transformers' trainer.
 * Each step can be looked up by itself, so a resumed training needs no state of this.
 */
final class RowOrder {

  /** 2^64 divided by the golden ratio: neighbouring epochs get unlike seeds. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final int rows;
  private final int batch;
  private final long seed;
  private int epoch = -1;
  private int[] order = {};

  /**
   * @param rows number of rows, at least 1
   * @param batch rows per step
   */
  RowOrder(int rows, int batch, long seed) {
    this.rows = rows;
    this.batch = batch;
    this.seed = seed;
  }

  /** Returns the number of steps of an epoch over at least one row. */
  static int steps(int rows, int batch) {
    return (rows - 1) / batch + 1;
  }

  /** Returns the epoch of a step, both from 0. */
  int epoch(int step) {
    return step / steps(rows, batch);
  }

  /** Returns the indices of the rows of a step, from 0. */
  int[] rows(int step) {
    if (epoch(step) != epoch) {
      epoch = epoch(step);
      order = shuffled(new Random(seed + epoch * SPREAD));
    }
    int first = step % steps(rows, batch) * batch;
    return Arrays.copyOfRange(order, first, Math.min(first + batch, rows));
  }

  /** Fisher and Yates' shuffle; {@link Random}'s numbers are the same on all platforms. */
  private int[] shuffled(Random random) {
    int[] shuffled = IntStream.range(0, rows).toArray();
    for (int i = rows - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int value = shuffled[i];
      shuffled[i] = shuffled[other];
      shuffled[other] = value;
    }
    return shuffled;
  }
}
