package io.prumerge.model;

import io.prumerge.architecture.Arrangement;
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
 * @param rows how the rows of all views become the sequence; empty where they are it
 * @param images tokens of each image, with what the layout adds and without what it takes away
 */
record TokenOrder(Optional<Arrangement> rows, List<Integer> images) {

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
    List<Optional<Arrangement>> orders = new ArrayList<>();
    List<Integer> rows = new ArrayList<>();
    for (int image = 0; image < grids.images().size(); image++) {
      ViewGrids.Span span = grids.span(image);
      List<VisualTokens> own = views.subList(span.first(), span.end());
      orders.add(one(layout, grids.images().get(image), own, whole));
      rows.add(own.stream().mapToInt(VisualTokens::tokens).sum());
    }
    List<Integer> images =
        IntStream.range(0, rows.size())
            .mapToObj(image -> orders.get(image).map(Arrangement::tokens).orElse(rows.get(image)))
            .toList();
    boolean alone = orders.size() == 1;
    return new TokenOrder(alone ? orders.get(0) : joined(orders, rows), images);
  }

  /** One image after the other. No layout whose grids are made smaller takes several. */
  private static Optional<Arrangement> joined(
      List<Optional<Arrangement>> orders, List<Integer> rows) {
    if (orders.stream().allMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    IntStream.Builder all = IntStream.builder();
    int first = 0;
    for (int image = 0; image < orders.size(); image++) {
      int start = first;
      int count = rows.get(image);
      int[] own =
          orders
              .get(image)
              .map(Arrangement::sources)
              .orElseGet(() -> IntStream.range(0, count).toArray());
      IntStream.of(own)
          .map(row -> row == SequenceLayout.NEWLINE ? row : start + row)
          .forEach(all::add);
      first += count;
    }
    return Optional.of(new Arrangement(all.build().toArray()));
  }

  private static Optional<Arrangement> one(
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
