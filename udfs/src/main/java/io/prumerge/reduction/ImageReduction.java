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
public record ImageReduction(List<Reduction> views, Optional<Order> order) {

  /**
   * A method's own order of an image's tokens.
   *
   * @param rows the tokens of all views, numbered one view after the other, or {@link
   *     Tiles#LEARNED}
   * @param learned for each learned row among them, in turn, its place in {@link Tiles#sequence}
   */
  public record Order(int[] rows, int[] learned) {}

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
  public ImageReduction in(Optional<Order> own) {
    return new ImageReduction(views, own);
  }
}
