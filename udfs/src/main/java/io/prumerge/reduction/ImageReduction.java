package io.prumerge.reduction;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a method left of all views of one image.
 *
 * @param views the tokens of each view, the whole image first
 * @param order how they stand in the sequence; empty where the layout says so
 */
public record ImageReduction(List<Reduction> views, Optional<RowOrder> order) {

  public ImageReduction {
    views = List.copyOf(views);
  }

  /**
   * Reduces each view by itself.
   *
   * @throws ReductionException if the method cannot be applied to one of them
   */
  static ImageReduction ofEach(TokenReducer method, List<? extends PatchTokens> views) {
    List<Reduction> reduced = new ArrayList<>();
    try {
      for (PatchTokens view : views) {
        reduced.add(method.reduce(view));
      }
    } catch (RuntimeException e) {
      reduced.forEach(Reduction::close);
      throw e;
    }
    return new ImageReduction(reduced, Optional.empty());
  }

  /** Returns these tokens in an order of the method's own; empty where the layout says so. */
  public ImageReduction in(Optional<RowOrder> own) {
    return new ImageReduction(views, own);
  }
}
