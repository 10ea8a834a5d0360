package io.prumerge.reduction.tower;

import io.prumerge.reduction.ReductionException;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How many patches each layer merges into others, so that a given number is left: as equal as can
 * be, the larger numbers first. A layer cannot merge more than half of those that reach it; then
 * the others merge more.
 */
final class ToMeSchedule {

  private ToMeSchedule() {}

  /**
   * Returns one number for each layer.
   *
   * @throws ReductionException if so few cannot be left
   */
  static int[] of(int patches, int layers, int tokens) {
    // One more in one layer leaves one patch less, or as many: no number is passed over.
    int most = layers * (patches / 2);
    int[] merged = evenly(0, patches, layers);
    for (int total = 0; total <= most; total++) {
      merged = evenly(total, patches, layers);
      if (left(patches, merged) == tokens) {
        return merged;
      }
    }
    throw new ReductionException(
        String.format(
            Locale.ROOT,
            "Cannot merge %d patches into %d tokens in %d layers of the vision tower, each of which merges half of them at most; give tokens=%d or more",
            patches,
            tokens,
            layers,
            left(patches, merged)));
  }

  private static int left(int patches, int[] merged) {
    return patches - IntStream.of(merged).sum();
  }

  private static int[] evenly(int total, int patches, int layers) {
    int[] merged = new int[layers];
    int left = patches;
    for (int layer = 0; layer < layers; layer++) {
      int share = total / layers + (layer < total % layers ? 1 : 0);
      merged[layer] = Math.min(share, left / 2);
      left -= merged[layer];
    }
    return merged;
  }
}
