package io.prumerge.model.connector;

import io.prumerge.reduction.Blend;
import io.prumerge.reduction.BlendPart;
import io.prumerge.reduction.InTower;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.Stage;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The tokens that visual tokens are made of: two reductions of one image with equal selections hold
 * the same rows.
 */
public sealed interface TokenSelection {

  /** In {@link #patches}, no patch. */
  int NO_PATCH = -1;

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

  /** Returns for each token the patch that it stands for, or {@link #NO_PATCH}. */
  int[] patches();

  /**
   * Returns for each token the place among the view's tokens that it stands for, in the order fed;
   * a token that stands for none has the lower median of the places that it is made of, and the
   * first place if it is made of none. (The median is RESTORE's rule, arXiv 2606.01711.)
   *
   * @param all tokens of the view before any reduction
   * @throws ReductionException if these tokens have no places there
   */
  int[] places(int all);

  /** Returns the lower median of rising places; the first place without any. */
  private static int median(int[] places) {
    return places.length == 0 ? 0 : places[(places.length - 1) / 2];
  }

  private static int[] nothing(int tokens) {
    return IntStream.range(0, tokens).map(token -> NO_PATCH).toArray();
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

    @Override
    public int[] patches() {
      IntStream own = kept.stream().mapToInt(Integer::intValue);
      return IntStream.concat(own, summary ? IntStream.of(NO_PATCH) : IntStream.empty()).toArray();
    }

    @Override
    public int[] places(int all) {
      IntStream own = kept.stream().mapToInt(Integer::intValue);
      if (!summary) {
        return own.toArray();
      }
      Set<Integer> there = Set.copyOf(kept);
      int[] dropped = IntStream.range(0, all).filter(place -> !there.contains(place)).toArray();
      return IntStream.concat(own, IntStream.of(median(dropped))).toArray();
    }
  }

  /**
   * What a method leaves inside the tower.
   *
   * @param ofTokens of each token the patches that it is the mean of, rising
   */
  record Inside(InTower method, List<List<Integer>> ofTokens) implements TokenSelection {

    static Inside of(InTower method, List<int[]> patches) {
      return new Inside(
          method, patches.stream().map(each -> IntStream.of(each).boxed().toList()).toList());
    }

    @Override
    public int tokens() {
      return ofTokens.size();
    }

    @Override
    public int[] patches() {
      return ofTokens.stream()
          .mapToInt(each -> each.size() == 1 ? each.get(0) : NO_PATCH)
          .toArray();
    }

    @Override
    public int[] places(int all) {
      return ofTokens.stream()
          .mapToInt(each -> median(each.stream().mapToInt(Integer::intValue).toArray()))
          .toArray();
    }
  }

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

    @Override
    public int[] patches() {
      return blends.stream().mapToInt(blend -> blend.patch().orElse(NO_PATCH)).toArray();
    }

    @Override
    public int[] places(int all) {
      return blends.stream().mapToInt(Blended::place).toArray();
    }

    private static int place(Blend blend) {
      return blend
          .patch()
          .orElseGet(
              () ->
                  median(
                      blend.parts().stream()
                          .mapToInt(BlendPart::patch)
                          .filter(patch -> patch != Blend.CLASS_TOKEN)
                          .sorted()
                          .toArray()));
    }
  }

  /** The rows that a connector makes of all features together. */
  record Queried(int tokens) implements TokenSelection {

    @Override
    public int[] patches() {
      return nothing(tokens);
    }

    @Override
    public int[] places(int all) {
      return IntStream.range(0, all).toArray();
    }
  }

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

    @Override
    public int[] patches() {
      return nothing(tokens());
    }

    @Override
    public int[] places(int all) {
      throw new ReductionException("The tokens of a smaller image have no places in the whole one");
    }
  }
}
