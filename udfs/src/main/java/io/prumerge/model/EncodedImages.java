package io.prumerge.model;

import io.prumerge.architecture.Arrangement;
import io.prumerge.architecture.SequenceLayout;
import io.prumerge.cost.ImageWork;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.PictureLimit;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.ViewGrids;
import io.prumerge.image.ViewSpan;
import io.prumerge.lang.Text;
import io.prumerge.model.connector.ReducedView;
import io.prumerge.model.connector.TokenSelection;
import io.prumerge.model.connector.VisualGrid;
import io.prumerge.model.connector.VisualPositions;
import io.prumerge.model.text.QuestionReader;
import io.prumerge.model.tower.EncodedView;
import io.prumerge.model.tower.EvidenceKey;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.ImageReduction;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.RowOrder;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.run.Merge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * All views of a prompt's images after the tower. A method reduces each view; the layout makes one
 * sequence of those of an image. For one thread at a time.
 */
public final class EncodedImages implements AutoCloseable {

  private final List<EncodedView> views;
  private final ViewGrids grids;
  private final SequenceLayout layout;

  /**
   * @param views are closed with these
   */
  EncodedImages(List<EncodedView> views, ViewGrids grids, SequenceLayout layout) {
    this.views = List.copyOf(views);
    this.grids = grids;
    this.layout = layout;
  }

  /** Returns the views, one image after the other, each whole image before its tiles. */
  public List<EncodedView> views() {
    return views;
  }

  /** Returns the patches that the tower ran over. */
  public int seenPatches() {
    return views.stream().mapToInt(EncodedView::seenPatches).sum();
  }

  /** Returns the images' tokens before any reduction. */
  public int tokens() {
    return views.get(0).sequence();
  }

  /**
   * Returns {@link #tokens()} of the images as methods see them that have no smaller ones made of
   * them.
   */
  public int unlimited() {
    return views.get(0).unlimited();
  }

  /** Returns the tokens of one of the images before any reduction. */
  public int tokens(int image) {
    return layout
        .all(grids.images().get(image))
        .map(Arrangement::tokens)
        .orElseGet(
            () -> {
              ViewSpan span = grids.span(image);
              return tokensOf(views.subList(span.first(), span.end()));
            });
  }

  /**
   * Returns the rows and columns of the tokens of each image before any reduction, {@code
   * ROWSxCOLS} joined by {@code +}, of a video {@code VIEWSxROWSxCOLS}; none where images do not
   * keep their own size.
   */
  public Optional<String> grid() {
    return views.get(0).keepsSize()
        ? Optional.of(
            IntStream.range(0, grids.images().size())
                .mapToObj(this::grid)
                .collect(Collectors.joining("+")))
        : Optional.empty();
  }

  private String grid(int image) {
    PatchGrid view = views.get(grids.span(image).first()).grid();
    ViewGrid own = grids.images().get(image);
    String sides = view.rows() + "x" + view.cols();
    return own.isVideo() ? own.views() + "x" + sides : sides;
  }

  // Of each run.
  private List<VisualGrid> visualGrids() {
    return IntStream.range(0, grids.images().size())
        .mapToObj(grids::span)
        .flatMap(own -> visualGrids(views.subList(own.first(), own.end())))
        .toList();
  }

  private static Stream<VisualGrid> visualGrids(List<EncodedView> image) {
    EncodedView first = image.get(0);
    return first.ofVideo() && !first.amongText()
        ? Stream.of(new VisualGrid(first.grid(), first.times()))
        : image.stream().map(EncodedView::grid).map(VisualGrid::of);
  }

  private static int tokensOf(List<EncodedView> some) {
    return some.stream().mapToInt(EncodedView::tokens).sum();
  }

  /** Returns the number of layers of the decoder that the tokens go through. */
  public int decoderLayers() {
    return views.get(0).measures().layers();
  }

  /**
   * Returns the number of layers of the tower that ran for all methods together, up to the
   * features.
   */
  public int towerLayers() {
    return views.get(0).towerLayers();
  }

  /** Returns the number of the tower's layers that a method needs. */
  public int towerLayers(TokenReducer reducer) {
    return views.get(0).towerLayers(reducer);
  }

  /** Returns the wall time of all methods' own runs of the tower. */
  public double insideMillis() {
    return views.stream().mapToDouble(view -> view.inside().millis()).sum();
  }

  /**
   * Returns the wall time of each piece of evidence that was computed, without that of its source.
   */
  public Map<EvidenceKey, Double> evidenceMillis() {
    Map<EvidenceKey, Double> millis = new HashMap<>();
    views.forEach(view -> millis.putAll(view.evidence().millis()));
    return millis;
  }

  /** Returns {@link io.prumerge.model.tower.EvidenceCache#textFlops()}. */
  public Map<EvidenceKey, Long> textFlops() {
    Map<EvidenceKey, Long> flops = new HashMap<>();
    views.forEach(view -> flops.putAll(view.evidence().textFlops()));
    return flops;
  }

  /**
   * Reduces every view.
   *
   * @throws io.prumerge.reduction.ReductionException if the method cannot be applied to one of them
   */
  public ReducedImages reduce(TokenReducer reducer) {
    return reduce(reducer, views);
  }

  /**
   * Reduces the images for a question, for a method that looks at its text.
   *
   * @param question as {@link EncodedView#asked} takes it
   * @throws io.prumerge.reduction.ReductionException if the method cannot be applied to one of them
   */
  public ReducedImages reduce(TokenReducer reducer, String question, QuestionReader reader) {
    return reduce(reducer, views.get(0).asked(question, reader).views());
  }

  private ReducedImages reduce(TokenReducer reducer, List<? extends PatchTokens> seen) {
    List<Integer> before = views.stream().map(view -> view.evidence().used().size()).toList();
    List<ReducedView> reduced = new ArrayList<>();
    List<Optional<RowOrder>> orders = new ArrayList<>();
    try {
      TokenReducer applied = reducer.on(seen.get(0));
      applied.picture().ifPresent(this::requireWithin);
      for (int image = 0; image < grids.images().size(); image++) {
        ViewSpan own = grids.span(image);
        ImageReduction one = applied.reduceImage(seen.subList(own.first(), own.end()));
        one.views().forEach(view -> reduced.add((ReducedView) view));
        if (one.order().isPresent() && views.get(own.first()).amongText()) {
          throw new ReductionException(
              "Cannot put the tokens of this model's video in an order of the method's own: the"
                  + " prompt has text between its frames");
        }
        orders.add(one.order());
      }
      boolean whole =
          orders.stream().allMatch(Optional::isEmpty)
              && IntStream.range(0, views.size()).allMatch(view -> isWhole(reduced, view));
      TokenOrder order = TokenOrder.of(layout, grids, reduced, orders, whole);
      boolean parts = views.get(0).positionsHaveParts();
      if (parts || views.get(0).crossAttended() || views.get(0).amongText()) {
        LayerCut.of(applied, views.get(0), order.tokens(), decoderLayers());
      }
      boolean kept = !whole && (parts || applied.positions() == CutPositions.KEPT);
      VisualPositions positions =
          kept
              ? order.kept(layout, grids, reduced, views.stream().map(EncodedView::tokens).toList())
              : VisualPositions.packed(layout.inSequence(order.allRuns()));
      return new ReducedImages(
          reduced,
          order,
          views.stream().map(EncodedView::count).toList(),
          ImageWork.of(
              applied,
              reduced,
              seen,
              order.tokens(),
              (view, text) -> seen.get(view).textFlops(text)),
          usedSince(before),
          applied,
          parts ? positions.in(visualGrids()) : positions);
    } catch (RuntimeException e) {
      reduced.forEach(ReducedView::close);
      throw e instanceof IndexOutOfBoundsException // as of a method by others
          ? new ReductionException(reducer.spec() + " failed: " + e.getMessage())
          : e;
    }
  }

  /**
   * Returns the patches that each token is made of, view by view, numbered through all views; none
   * where a method merges nothing before the decoder.
   *
   * @param tokens what a method left of these images
   */
  public List<Merge> merges(ReducedImages tokens) {
    List<Merge> merges = new ArrayList<>();
    int next = 0;
    for (int view = 0; view < views.size(); view++) {
      EncodedView image = views.get(view);
      ReducedView left = tokens.views().get(view);
      int first = next;
      merges(image, left).forEach(merge -> merges.add(merge.from(first)));
      next += image.count();
    }
    return merges;
  }

  private static List<Merge> merges(EncodedView image, ReducedView left) {
    if (left.selection() instanceof TokenSelection.Blended sums) {
      return Merge.of(sums.blends());
    }
    return left.groups()
        .map(Merge::ofGroups)
        .orElseGet(() -> image.merges(left.keptIndices().orElse(new int[0]), left.neighbours()));
  }

  // The tower has seen other pictures where a method gets those of another size.
  private void requireWithin(PictureLimit limit) {
    PatchTokens limited = views.get(0).within(limit);
    if (limited.views().size() != views.size() || limited.sequence() != tokens()) {
      throw new IllegalStateException(
          Text.format(
              "Cannot take the %d tokens of pictures that were not made smaller to %s",
              tokens(), limit));
    }
  }

  private boolean isWhole(List<ReducedView> reduced, int view) {
    int[] all = IntStream.range(0, views.get(view).tokens()).toArray();
    return reduced.get(view).selection().equals(TokenSelection.of(all));
  }

  private Set<EvidenceKey> usedSince(List<Integer> before) {
    Set<EvidenceKey> used = new HashSet<>();
    for (int view = 0; view < views.size(); view++) {
      List<EvidenceKey> all = views.get(view).evidence().used();
      used.addAll(all.subList(before.get(view), all.size()));
    }
    return used;
  }

  @Override
  public void close() {
    views.forEach(EncodedView::close);
  }
}
