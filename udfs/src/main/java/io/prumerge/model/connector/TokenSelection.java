package io.prumerge.model.connector;

import io.prumerge.reduction.Blend;
import io.prumerge.reduction.InTower;
import io.prumerge.reduction.Stage;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The tokens that visual tokens are made of: two reductions of one image with equal selections hold
 * the same rows.
 */
public sealed interface TokenSelection {

  /** Returns the number of visual tokens. */
  int tokens();

  /** Returns the number of patches that PruMerge merged into each kept one; 0 when nothing was. */
  default int neighbours() {
    return 0;
  }

  /** Returns whether the last token is PruMerge's summary of the dropped ones. */
  default boolean summary() {
    return false;
  }

  /** Returns plain tokens of the tower, in the order fed. */
  static TokenSelection of(int[] kept) {
    return merged(kept, 0, false);
  }

  /** Returns PruMerge's tokens. */
  static TokenSelection merged(int[] kept, int neighbours, boolean summary) {
    return new Kept(IntStream.of(kept).boxed().toList(), neighbours, summary);
  }

  /**
   * Tokens that stand for one token of the tower each, PruMerge's merge included.
   *
   * @param kept tokens of the tower in the order fed
   */
  record Kept(List<Integer> kept, int neighbours, boolean summary) implements TokenSelection {

    public Kept {
      kept = List.copyOf(kept);
    }

    @Override
    public int tokens() {
      return kept.size() + (summary ? 1 : 0);
    }
  }

  /** What a method leaves inside the tower. */
  record Inside(InTower method, int tokens) implements TokenSelection {}

  /**
   * Weighted sums.
   *
   * @param stage of the rows that are summed
   */
  record Blended(Stage stage, List<Blend> blends) implements TokenSelection {

    public Blended {
      blends = List.copyOf(blends);
    }

    @Override
    public int tokens() {
      return blends.size();
    }
  }

  /** The rows that a connector makes of all features together. */
  record Queried(int tokens) implements TokenSelection {}

  /**
   * All tokens of a smaller image.
   *
   * @param side in patches
   */
  record Small(int side) implements TokenSelection {
    @Override
    public int tokens() {
      return side * side;
    }
  }
}
