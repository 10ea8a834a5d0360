package io.prumerge.model;

import io.prumerge.architecture.Arrangement;
import io.prumerge.architecture.SequenceLayout;
import io.prumerge.architecture.ViewTokens;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.ViewGrids;
import io.prumerge.image.ViewSpan;
import io.prumerge.model.connector.ReducedView;
import io.prumerge.model.connector.VisualPositions;
import io.prumerge.reduction.RowOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.stream.IntStream;

/**
 * Where the tokens of a prompt's images stand in their sequence, one image after the other.
 *
 * @param rows how the rows of all views become the sequence; empty where they are it
 * @param runs of each image the tokens of each of its runs, with what the layout adds and without
 *     what it takes away
 * @param own of each image the method's own order, if it has one
 */
record TokenOrder(
    Optional<Arrangement> rows, List<List<Integer>> runs, List<Optional<RowOrder>> own) {

  TokenOrder {
    runs = runs.stream().map(List::copyOf).toList();
    own = List.copyOf(own);
  }

  /** Returns the tokens of each run, one image after the other. */
  List<Integer> allRuns() {
    return runs.stream().flatMap(List::stream).toList();
  }

  /**
   * Returns the order of what a method left.
   *
   * @param views their tokens, of all images
   * @param own of each image the method's own order, if it has one
   * @param whole whether these are all tokens of all views
   */
  static TokenOrder of(
      SequenceLayout layout,
      ViewGrids grids,
      List<ReducedView> views,
      List<Optional<RowOrder>> own,
      boolean whole) {
    List<Optional<Arrangement>> orders = new ArrayList<>();
    List<Integer> rows = new ArrayList<>();
    for (int image = 0; image < grids.images().size(); image++) {
      ViewSpan span = grids.span(image);
      List<ReducedView> left = views.subList(span.first(), span.end());
      ViewGrid grid = grids.images().get(image);
      orders.add(
          own.get(image)
              .map(order -> new Arrangement(order.rows()))
              .or(() -> one(layout, grid, left, whole)));
      rows.add(left.stream().mapToInt(ReducedView::tokens).sum());
    }
    List<List<Integer>> runs =
        IntStream.range(0, rows.size())
            .mapToObj(
                image -> orders.get(image).map(Arrangement::runs).orElse(List.of(rows.get(image))))
            .toList();
    boolean alone = orders.size() == 1;
    return new TokenOrder(alone ? orders.get(0) : joined(orders, rows), runs, own);
  }

  /**
   * Returns the order of one image after the other. No layout whose grids are made smaller takes
   * several.
   */
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
      SequenceLayout layout, ViewGrid grid, List<ReducedView> views, boolean whole) {
    return whole
        ? layout.all(grid)
        : layout.reduced(grid, views.stream().map(TokenOrder::made).toList());
  }

  private static ViewTokens made(ReducedView tokens) {
    int[] all = IntStream.range(0, tokens.tokens()).toArray();
    return new ViewTokens(tokens.tokens(), tokens.keptIndices().orElse(all));
  }

  /**
   * Returns the positions that the tokens have among all tokens of their run.
   *
   * @param views as {@link #of}
   * @param perView tokens of each before any reduction
   * @throws io.prumerge.reduction.ReductionException if tokens have no places there
   */
  VisualPositions kept(
      SequenceLayout layout, ViewGrids grids, List<ReducedView> views, List<Integer> perView) {
    IntStream.Builder rows = IntStream.builder();
    List<Integer> spans = new ArrayList<>();
    for (int image = 0; image < runs.size(); image++) {
      ViewGrid grid = grids.images().get(image);
      ViewSpan span = grids.span(image);
      int[] places = layout.places(grid);
      int next = 0;
      for (int view = span.first(); view < span.end(); view++) {
        int first = next;
        IntStream.of(views.get(view).places(perView.get(view)))
            .forEach(place -> rows.add(places[first + place]));
        next += perView.get(view);
      }
      spans.addAll(layout.all(grid).map(Arrangement::runs).orElse(List.of(places.length)));
    }
    int[] ofRows = rows.build().toArray();
    PrimitiveIterator.OfInt learned =
        IntStream.range(0, own.size())
            .flatMap(
                image ->
                    IntStream.of(
                        own.get(image)
                            .map(RowOrder::learned)
                            .orElseGet(() -> layout.learned(grids.images().get(image)))))
            .iterator();
    int[] all =
        this.rows
            .map(
                order ->
                    IntStream.of(order.sources())
                        .map(row -> row == SequenceLayout.NEWLINE ? learned.nextInt() : ofRows[row])
                        .toArray())
            .orElse(ofRows);
    List<List<Integer>> ofRuns = new ArrayList<>();
    int run = 0;
    int first = 0;
    for (List<Integer> image : runs) {
      int before = 0; // positions of the image's earlier runs, which places count from
      for (int count : image) {
        int start = before;
        ofRuns.add(IntStream.range(first, first + count).map(i -> all[i] - start).boxed().toList());
        first += count;
        before += spans.get(run++);
      }
    }
    return new VisualPositions(ofRuns, spans);
  }

  /** Returns the number of tokens of all images. */
  int tokens() {
    return allRuns().stream().mapToInt(Integer::intValue).sum();
  }
}
