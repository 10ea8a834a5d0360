package io.prumerge.model;

import io.prumerge.architecture.SequenceLayout;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.ViewGrids;
import io.prumerge.model.connector.VisualTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Where the tokens of a prompt's images stand in their sequence, one image after the other.
 *
 * @param rows the rows of all views in the order of the sequence, as {@link SequenceLayout} has
 *     them of one image; empty where the rows are the sequence
 * @param images tokens of each image, with what the layout adds and without what it takes away
 */
record TokenOrder(Optional<int[]> rows, List<Integer> images) {

  TokenOrder {
    images = List.copyOf(images);
  }

  /**
   * The order of what a method left.
   *
   * @param views their tokens, of all images
   * @param whole whether these are all tokens of all views
   */
  static TokenOrder of(
      SequenceLayout layout, ViewGrids grids, List<VisualTokens> views, boolean whole) {
    IntStream.Builder all = IntStream.builder();
    List<Integer> images = new ArrayList<>();
    boolean moved = false;
    int first = 0;
    for (int image = 0; image < grids.images().size(); image++) {
      ViewGrids.Span span = grids.span(image);
      List<VisualTokens> own = views.subList(span.first(), span.end());
      int count = own.stream().mapToInt(VisualTokens::tokens).sum();
      Optional<int[]> order = one(layout, grids.images().get(image), own, whole);
      moved |= order.isPresent();
      int start = first;
      int[] rows = order.orElseGet(() -> IntStream.range(0, count).toArray());
      IntStream.of(rows)
          .map(row -> row == SequenceLayout.NEWLINE ? row : start + row)
          .forEach(all::add);
      images.add(rows.length);
      first += count;
    }
    return new TokenOrder(moved ? Optional.of(all.build().toArray()) : Optional.empty(), images);
  }

  private static Optional<int[]> one(
      SequenceLayout layout, ViewGrid grid, List<VisualTokens> views, boolean whole) {
    return whole
        ? layout.all(grid)
        : layout.reduced(grid, views.stream().map(TokenOrder::made).toList());
  }

  private static SequenceLayout.Tokens made(VisualTokens tokens) {
    int[] all = IntStream.range(0, tokens.tokens()).toArray();
    return new SequenceLayout.Tokens(tokens.tokens(), tokens.keptIndices().orElse(all));
  }

  /** Tokens of all images. */
  int tokens() {
    return images.stream().mapToInt(Integer::intValue).sum();
  }
}
