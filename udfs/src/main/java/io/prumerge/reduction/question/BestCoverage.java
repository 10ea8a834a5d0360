package io.prumerge.reduction.question;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Patches that together cover rows, such as words and other patches: a row is covered as well as it
 * is by its best patch. Each pick adds most to the sum over the rows.
 *
 * <p>Gains only fall from pick to pick, so a gain computed earlier bounds the present one, and only
 * the patch with the largest bound is looked at again. The picks are those of computing all gains.
 */
final class BestCoverage {

  private final float[][] cover;
  private final float[] covered;
  private final PriorityQueue<Gain> gains =
      new PriorityQueue<>(
          Comparator.comparingDouble(Gain::value).reversed().thenComparingInt(Gain::patch));

  /**
   * A gain as it was when so many patches were picked.
   *
   * @param picked patches at that time
   */
  private record Gain(int patch, double value, int picked) {}

  /**
   * @param cover how well each patch covers each row; [patches][rows], at least one patch
   */
  BestCoverage(float[][] cover) {
    this.cover = cover;
    this.covered = new float[cover[0].length];
  }

  /**
   * The picks in their order; of equal gains the lower index.
   *
   * @param tokens at most the number of patches
   * @param last patches that are only picked when no others are left
   */
  int[] picks(int tokens, int[] last) {
    boolean[] late = new boolean[cover.length];
    for (int patch : last) {
      late[patch] = true;
    }
    Arrays.fill(covered, 0);
    int[] picks = new int[tokens];
    int first = pick(picks, 0, late, false);
    pick(picks, first, late, true);
    return picks;
  }

  // Picks from those that are late, or from the others; returns how many picks there are then.
  private int pick(int[] picks, int done, boolean[] late, boolean which) {
    gains.clear();
    for (int patch = 0; patch < cover.length; patch++) {
      if (late[patch] == which) {
        gains.add(gain(patch, done));
      }
    }
    int picked = done;
    while (picked < picks.length && !gains.isEmpty()) {
      Gain best = gains.remove();
      if (best.picked() < picked) {
        gains.add(gain(best.patch(), picked));
        continue;
      }
      picks[picked++] = best.patch();
      for (int row = 0; row < covered.length; row++) {
        covered[row] = Math.max(covered[row], cover[best.patch()][row]);
      }
    }
    return picked;
  }

  private Gain gain(int patch, int picked) {
    double sum = 0;
    for (int row = 0; row < covered.length; row++) {
      sum += Math.max(0, (double) cover[patch][row] - covered[row]);
    }
    return new Gain(patch, sum, picked);
  }
}
