package io.prumerge.model;

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
 * The visual tokens that a method left of a prompt's images: those of each view, and their order in
 * the sequence.
 */
public final class ImageTokens implements AutoCloseable {

  private final List<VisualTokens> views;
  private final TokenOrder order;
  private final int patches;
  private final ImageWork work;
  private final Set<Look> looks;
  private final TokenReducer applied;

  /**
   * @param views are closed with these
   * @param patches of one view
   * @param work what the method did
   * @param looks the evidence that it looked at
   * @param applied the method as its budget sized it for these images
   */
  ImageTokens(
      List<VisualTokens> views,
      TokenOrder order,
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

  /** Those of each view, one image after the other, each whole image before its tiles. */
  public List<VisualTokens> views() {
    return views;
  }

  TokenOrder order() {
    return order;
  }

  /** The method as its budget sized it for these images; the method itself without one. */
  public TokenReducer applied() {
    return applied;
  }

  /** All tokens that the language model receives. */
  public int tokens() {
    return work.tokens();
  }

  /** The tokens of each image that the language model receives. */
  public List<Integer> ofImages() {
    return order.images();
  }

  /** The tokens of each view that the language model receives, without the layout's own. */
  public List<Integer> ofViews() {
    if (order.rows().isEmpty()) {
      return views.stream().map(VisualTokens::tokens).toList();
    }
    int[] sources = order.rows().get().sources();
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

  /** Equal for tokens of the same images that are the same. */
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
   * Patches are numbered through all views of all images.
   */
  public Optional<int[]> keptIndices() {
    if (views.stream().allMatch(view -> view.keptIndices().isEmpty())) {
      return Optional.empty();
    }
    int[] all =
        IntStream.range(0, views.size())
            .flatMap(view -> IntStream.of(kept(view)).map(patch -> view * patches + patch))
            .toArray();
    // The order can only change where every token is a patch.
    return Optional.of(
        order
            .rows()
            .filter(rows -> rows.tokens() == all.length)
            .map(rows -> IntStream.of(rows.order()).map(row -> all[row]).toArray())
            .orElse(all));
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
