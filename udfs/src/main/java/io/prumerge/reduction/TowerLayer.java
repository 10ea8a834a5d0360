package io.prumerge.reduction;

import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** A layer of the vision tower, named so that it has a meaning in towers of other depths too. */
public sealed interface TowerLayer {

  /**
   * Returns the layer's index from 0, which may lie outside the layers that run.
   *
   * @param layers of the whole tower
   * @param run how many of these the selected features need
   * @param whole whether a layer attends to the whole view, instead of windows of it
   */
  int index(int layers, int run, IntPredicate whole);

  /**
   * The last layer that the selected features need; of a tower with windows, the last of these that
   * attends to the whole view. This is layer 22 of LLaVA-1.5's 24 (from 0), the one that its
   * methods call {@code -2}.
   */
  record Last() implements TowerLayer {

    @Override
    public int index(int layers, int run, IntPredicate whole) {
      return IntStream.range(0, run).filter(whole).max().orElse(run - 1);
    }
  }

  /**
   * A layer by its number.
   *
   * @param number from 1
   */
  record Numbered(int number) implements TowerLayer {

    @Override
    public int index(int layers, int run, IntPredicate whole) {
      return number - 1;
    }
  }

  /**
   * The layer that lies as deep as layer {@code number} of {@code of}, rounded to the nearest; of a
   * tower with windows, the first from there on that attends to the whole view. (Of Qwen2.5-VL's,
   * layer 9 of 24 is 16, which is HiPrune's there, and 6 of 24 is 8, VScan's.)
   *
   * @param number from 1
   * @param of layers of the tower that the number was chosen for
   */
  record Alike(int number, int of) implements TowerLayer {

    @Override
    public int index(int layers, int run, IntPredicate whole) {
      int alike = Math.max(0, (int) Math.round((double) number * layers / of) - 1);
      return IntStream.range(alike, run).filter(whole).findFirst().orElse(alike);
    }
  }
}
