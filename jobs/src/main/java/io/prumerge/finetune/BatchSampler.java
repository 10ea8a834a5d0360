package io.prumerge.finetune;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Which rows each step learns from: all rows once per epoch, shuffled by seed and epoch alone, cut
 * into batches. The last batch of an epoch may be smaller, as in transformers' trainer. Each step
 * can be looked up by itself, so a resumed training needs no state of this.
 */
final class BatchSampler {

  /** The image of a row without one. */
  static final int NO_IMAGE = -1;

  /** 2^64 divided by the golden ratio: neighbouring epochs get unlike seeds. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final int[] images;
  private final int batch;
  private final int together;
  private final long seed;
  private int epoch = -1;
  private int[] order = {};

  /**
   * @param images the image of each row, of at least one; not copied
   * @param batch rows per step
   * @param together most rows about one image that follow each other
   */
  BatchSampler(int[] images, int batch, int together, long seed) {
    this.images = images;
    this.batch = batch;
    this.together = together;
    this.seed = seed;
  }

  /** Returns the number of steps of an epoch over at least one row. */
  static int steps(int rows, int batch) {
    return (rows - 1) / batch + 1;
  }

  /** Returns the indices of the rows of a step, from 0. */
  int[] rows(int step) {
    int steps = steps(images.length, batch);
    if (step / steps != epoch) {
      epoch = step / steps;
      order = shuffled(new Random(seed + epoch * SPREAD));
    }
    int first = step % steps * batch;
    return Arrays.copyOfRange(order, first, Math.min(first + batch, order.length));
  }

  private int[] shuffled(Random random) {
    List<Integer> rows = new ArrayList<>(IntStream.range(0, images.length).boxed().toList());
    shuffle(rows, random);
    return (together > 1 ? grouped(rows, random) : rows).stream().mapToInt(row -> row).toArray();
  }

  private List<Integer> grouped(List<Integer> rows, Random random) {
    List<List<Integer>> groups = new ArrayList<>();
    Map<Integer, List<Integer>> open = new HashMap<>();
    for (Integer row : rows) {
      List<Integer> group = images[row] == NO_IMAGE ? null : open.get(images[row]);
      if (group == null || group.size() == together) {
        group = new ArrayList<>();
        groups.add(group);
        open.put(images[row], group);
      }
      group.add(row);
    }
    shuffle(groups, random); // otherwise an image's last group would stand near the end
    return groups.stream().flatMap(List::stream).toList();
  }

  /** Shuffles as Fisher and Yates do; {@link Random}'s numbers are the same on all platforms. */
  private static void shuffle(List<?> values, Random random) {
    for (int i = values.size() - 1; i > 0; i--) {
      Collections.swap(values, i, random.nextInt(i + 1));
    }
  }
}
