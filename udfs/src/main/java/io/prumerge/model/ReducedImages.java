package io.prumerge.model;

import io.prumerge.architecture.Arrangement;
import io.prumerge.architecture.SequenceLayout;
import io.prumerge.cost.ImageWork;
import io.prumerge.model.connector.ReducedView;
import io.prumerge.model.connector.TokenSelection;
import io.prumerge.model.connector.VisualPositions;
import io.prumerge.model.tower.EvidenceKey;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenReducer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The visual tokens that a method left of a prompt's images: those of each view, and their order in
 * the sequence.
 */
public final class ReducedImages implements AutoCloseable {

  private final List<ReducedView> views;
  private final TokenOrder order;
  private final List<Integer> patchesOfViews;
  private final ImageWork work;
  private final Set<EvidenceKey> evidence;
  private final TokenReducer applied;
  private final VisualPositions positions;

  /**
   * @param views are closed with these
   * @param patchesOfViews the number of patches of each view
   * @param work what the method did
   * @param evidence that it looked at
   * @param applied the method as its budget sized it for these images
   * @param positions of the tokens in the decoder
   */
  ReducedImages(
      List<ReducedView> views,
      TokenOrder order,
      List<Integer> patchesOfViews,
      ImageWork work,
      Set<EvidenceKey> evidence,
      TokenReducer applied,
      VisualPositions positions) {
    this.views = List.copyOf(views);
    this.order = order;
    this.patchesOfViews = List.copyOf(patchesOfViews);
    this.work = work;
    this.evidence = Set.copyOf(evidence);
    this.applied = applied;
    this.positions = positions;
  }

  /** Returns the tokens of each view, by image, each whole image before its tiles. */
  public List<ReducedView> views() {
    return views;
  }

  TokenOrder order() {
    return order;
  }

  /** Returns the method as its budget sized it for these images; the method itself without one. */
  public TokenReducer applied() {
    return applied;
  }

  /** Returns all tokens that the language model receives. */
  public int tokens() {
    return work.tokens();
  }

  /** Returns the positions of these tokens in the language model. */
  public VisualPositions positions() {
    return positions;
  }

  /**
   * Returns the tokens of each run that the language model receives: an image is one, unless the
   * prompt has text between its views.
   */
  public List<Integer> runs() {
    return order.allRuns();
  }

  /**
   * Returns the position of each token of an image, from 0 at the image's first one; text between
   * them takes none.
   */
  public List<Integer> places(int image) {
    int before = order.runs().subList(0, image).stream().mapToInt(List::size).sum();
    List<Integer> places = new ArrayList<>();
    int first = 0;
    for (int run = before; run < before + order.runs().get(image).size(); run++) {
      int start = first;
      positions.ofRuns().get(run).forEach(place -> places.add(start + place));
      first += positions.spans().get(run);
    }
    return places;
  }

  /** Returns the tokens of each view that the language model receives, without the layout's own. */
  public List<Integer> ofViews() {
    if (order.rows().isEmpty()) {
      return views.stream().map(ReducedView::tokens).toList();
    }
    int[] sources = order.rows().get().sources();
    List<Integer> counts = new ArrayList<>();
    int first = 0;
    for (ReducedView view : views) {
      int from = first;
      int end = first + view.tokens();
      counts.add((int) IntStream.of(sources).filter(row -> row >= from && row < end).count());
      first = end;
    }
    return counts;
  }

  /** Returns a value that is equal for tokens of the same images that are the same. */
  public PromptSelection selection() {
    return new PromptSelection(
        views.stream().map(ReducedView::selection).toList(),
        order.rows().map(rows -> IntStream.of(rows.sources()).boxed().toList()).orElse(List.of()));
  }

  /** Returns the work of the reduction, for its FLOPs. */
  public ImageWork work() {
    return work;
  }

  /** Returns the evidence that was looked at, for the method itself or for its token count. */
  public Set<EvidenceKey> evidence() {
    return evidence;
  }

  /** Returns the wall time of the method's own runs of the tower. */
  public double towerMillis() {
    return views.stream().mapToDouble(ReducedView::towerMillis).sum();
  }

  /** Returns the number of rows that go through the connector for these tokens alone. */
  public int projections() {
    return views.stream()
        .filter(view -> view.stage() == Stage.BEFORE_CONNECTOR)
        .mapToInt(ReducedView::tokens)
        .sum();
  }

  /**
   * Returns the patches that tokens stand for, in the order of the tokens; empty if nothing was
   * dropped. Patches are numbered through all views of all images.
   */
  public Optional<int[]> keptIndices() {
    boolean own = order.own().stream().anyMatch(Optional::isPresent);
    if (!own && views.stream().allMatch(view -> view.keptIndices().isEmpty())) {
      return Optional.empty();
    }
    return Optional.of(
        IntStream.of(patches()).filter(patch -> patch != TokenSelection.NO_PATCH).toArray());
  }

  /**
   * Returns for each token the patch that it stands for, in the order of the tokens; {@link
   * TokenSelection#NO_PATCH} for one that stands for none. Patches are numbered as {@link
   * #keptIndices} does.
   */
  public int[] patches() {
    int[] rows = IntStream.range(0, views.size()).flatMap(this::ofTokens).toArray();
    return order
        .rows()
        .map(Arrangement::sources)
        .map(
            sources ->
                IntStream.of(sources)
                    .map(row -> row == SequenceLayout.NEWLINE ? TokenSelection.NO_PATCH : rows[row])
                    .toArray())
        .orElse(rows);
  }

  private IntStream ofTokens(int view) {
    int before = patchesOfViews.subList(0, view).stream().mapToInt(Integer::intValue).sum();
    return IntStream.of(views.get(view).selection().patches())
        .map(patch -> patch == TokenSelection.NO_PATCH ? patch : before + patch);
  }

  @Override
  public void close() {
    views.forEach(ReducedView::close);
  }
}
