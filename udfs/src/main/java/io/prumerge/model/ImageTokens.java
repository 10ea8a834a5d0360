package io.prumerge.model;

import io.prumerge.architecture.Arrangement;
import io.prumerge.cost.ImageWork;
import io.prumerge.model.connector.TokenSelection;
import io.prumerge.model.connector.VisualTokens;
import io.prumerge.model.tower.Look;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenReducer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The visual tokens that a method left of one image: those of each view, and their order in the
 * sequence.
 */
public final class ImageTokens implements AutoCloseable {

  private final List<VisualTokens> views;
  private final Optional<Arrangement> order;
  private final int patches;
  private final ImageWork work;
  private final Set<Look> looks;
  private final TokenReducer applied;

  /**
   * @param views are closed with these
   * @param order as {@link io.prumerge.architecture.SequenceLayout} gives it
   * @param patches of one view
   * @param work what the method did
   * @param looks the evidence that it looked at
   * @param applied the method as its budget sized it for this image
   */
  ImageTokens(
      List<VisualTokens> views,
      Optional<Arrangement> order,
      int patches,
      ImageWork work,
      Set<Look> looks,
      TokenReducer applied) {
    this.views = List.copyOf(views);
    this.order = order;
    this.patches = patches;
    this.work = work;
    this.looks = Set.copyOf(looks);
    this.applied = applied;
  }

  /** Those of each view, the whole image first. */
  public List<VisualTokens> views() {
    return views;
  }

  Optional<Arrangement> order() {
    return order;
  }

  /** The method as its budget sized it for this image; the method itself without one. */
  public TokenReducer applied() {
    return applied;
  }

  /** All tokens that the language model receives. */
  public int tokens() {
    return work.tokens();
  }

  /** The tokens of each view that the language model receives, without the layout's own. */
  public List<Integer> ofViews() {
    if (order.isEmpty()) {
      return views.stream().map(VisualTokens::tokens).toList();
    }
    int[] sources = order.get().sources();
    List<Integer> counts = new ArrayList<>();
    int first = 0;
    for (VisualTokens view : views) {
      int from = first;
      int end = first + view.tokens();
      counts.add((int) IntStream.of(sources).filter(row -> row >= from && row < end).count());
      first = end;
    }
    return counts;
  }

  /** Equal for tokens of one image that are the same. */
  public List<TokenSelection> selection() {
    return views.stream().map(VisualTokens::selection).toList();
  }

  /** What the method did. */
  public ImageWork work() {
    return work;
  }

  /** The evidence that was looked at, for the method itself or for its token count. */
  public Set<Look> looks() {
    return looks;
  }

  /** Wall time of the method's own runs of the tower. */
  public double towerMillis() {
    return views.stream().mapToDouble(VisualTokens::towerMillis).sum();
  }

  /** Rows that go through the connector for these tokens alone. */
  public int projections() {
    return views.stream()
        .filter(view -> view.stage() == Stage.BEFORE_CONNECTOR)
        .mapToInt(VisualTokens::tokens)
        .sum();
  }

  /**
   * The patches that tokens stand for, in the order of the tokens; empty if nothing was dropped.
   * Patches are numbered through all views of the image.
   */
  public Optional<int[]> keptIndices() {
    if (views.stream().allMatch(view -> view.keptIndices().isEmpty())) {
      return Optional.empty();
    }
    int[] whole = kept(0);
    int[] tiles =
        IntStream.range(1, views.size())
            .flatMap(view -> IntStream.of(kept(view)).map(patch -> view * patches + patch))
            .toArray();
    int first = views.get(0).tokens();
    // The order can only change where every token is a patch.
    IntStream placed =
        order.isPresent() && order.get().tokens() == first + tiles.length
            ? IntStream.of(order.get().order()).skip(first).map(row -> tiles[row - first])
            : IntStream.of(tiles);
    return Optional.of(IntStream.concat(IntStream.of(whole), placed).toArray());
  }

  private int[] kept(int view) {
    return views
        .get(view)
        .keptIndices()
        .orElseGet(() -> IntStream.range(0, views.get(view).tokens()).toArray());
  }

  @Override
  public void close() {
    views.forEach(VisualTokens::close);
  }
}
