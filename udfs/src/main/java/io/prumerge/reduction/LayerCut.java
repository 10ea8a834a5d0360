package io.prumerge.reduction;

import java.util.List;
import java.util.Locale;

/**
 * Visual tokens that leave the decoder before one of its layers. Stateless and thread-safe; equal
 * cuts drop the same tokens of the same prompt.
 */
public interface LayerCut {

  /** The positions of the tokens behind the dropped ones. */
  enum Positions {
    /** They stay as they are. */
    KEPT,
    /** They close up, in these layers and those after them. */
    PACKED
  }

  /** The first layer that the dropped tokens do not reach, from 1. */
  int layer();

  Positions positions();

  /**
   * The evidence that {@link #keep} needs. If none differs between questions, neither do the kept
   * tokens.
   */
  List<Evidence> sees();

  /** Returns how many of so many tokens go on. */
  int count(int tokens);

  /**
   * Chooses the tokens that go on.
   *
   * @return {@link #count} distinct indices, ascending
   */
  int[] keep(SeenTokens seen);

  /**
   * Checks a method's cuts against a decoder.
   *
   * @param layers of the decoder
   * @throws ReductionException if a layer is not there or the cuts are not in its order, or if
   *     evidence is asked for that is not there at its cut
   */
  static void check(List<? extends LayerCut> cuts, int layers) {
    int before = 0;
    for (LayerCut cut : cuts) {
      if (cut.layer() < 1 || cut.layer() <= before || cut.layer() >= layers) {
        throw new ReductionException(
            String.format(
                Locale.ROOT,
                "Cannot drop visual tokens before layer %d: the decoder has layers 0 to %d, and the layer must be above %d",
                cut.layer(),
                layers - 1,
                before));
      }
      for (Evidence evidence : cut.sees()) {
        int last = evidence instanceof Evidence.Hidden ? cut.layer() : cut.layer() - 1;
        if (evidence.layer() < before || evidence.layer() > last) {
          throw new ReductionException(
              String.format(
                  Locale.ROOT,
                  "Cannot use %s for the cut before layer %d: its layer must be from %d to %d",
                  evidence,
                  cut.layer(),
                  before,
                  last));
        }
      }
      before = cut.layer();
    }
  }
}
