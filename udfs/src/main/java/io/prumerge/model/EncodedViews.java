package io.prumerge.model;

import io.prumerge.architecture.SequenceLayout;
import io.prumerge.cost.ImageWork;
import io.prumerge.image.ViewGrid;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * All views of one image after the tower. A method reduces each view; the layout makes one sequence
 * of them. For one thread at a time.
 */
public final class EncodedViews implements AutoCloseable {

  /** A method's look at evidence about one view. */
  public record Look(int view, TowerEvidence evidence) {}

  private final List<EncodedImage> views;
  private final ViewGrid grid;
  private final SequenceLayout layout;

  /**
   * @param views are closed with these
   */
  EncodedViews(List<EncodedImage> views, ViewGrid grid, SequenceLayout layout) {
    this.views = List.copyOf(views);
    this.grid = grid;
    this.layout = layout;
  }

  /** The views, the whole image first. */
  public List<EncodedImage> views() {
    return views;
  }

  /** The image's tokens before any reduction. */
  public int tokens() {
    return layout.all(grid).map(order -> order.length).orElse(views.get(0).tokens());
  }

  /** Layers of the decoder that the image's tokens go through. */
  public int decoderLayers() {
    return views.get(0).measures().layers();
  }

  /** Layers of the tower that ran for all methods together, as far as the features. */
  public int towerLayers() {
    return views.get(0).towerLayers();
  }

  /** How many of these a method needs. */
  public int towerLayers(TokenReducer reducer) {
    return views.get(0).towerLayers(reducer);
  }

  /** Wall time of all methods' own runs of the tower. */
  public double insideMillis() {
    return views.stream().mapToDouble(EncodedImage::insideMillis).sum();
  }

  /** Wall time of each piece of evidence that was computed, without that of its source. */
  public Map<Look, Double> evidenceMillis() {
    Map<Look, Double> millis = new HashMap<>();
    for (int view = 0; view < views.size(); view++) {
      int at = view;
      views
          .get(view)
          .evidenceMillis()
          .forEach((evidence, spent) -> millis.put(new Look(at, evidence), spent));
    }
    return millis;
  }

  /**
   * Reduces every view.
   *
   * @throws io.prumerge.reduction.ReductionException if the method cannot be applied to one of them
   */
  public ImageTokens reduce(TokenReducer reducer) {
    List<Integer> before = views.stream().map(view -> view.looks().size()).toList();
    List<VisualTokens> reduced = new ArrayList<>();
    try {
      TokenReducer applied = reducer.on(views.get(0));
      for (EncodedImage view : views) {
        reduced.add((VisualTokens) applied.reduce(view));
      }
      Optional<int[]> order = order(reduced);
      int tokens = order.map(places -> places.length).orElse(reduced.get(0).tokens());
      return new ImageTokens(
          reduced,
          order,
          views.get(0).count(),
          ImageWork.of(applied, reduced, tokens),
          looksSince(before),
          applied);
    } catch (RuntimeException e) {
      reduced.forEach(VisualTokens::close);
      throw e;
    }
  }

  private Optional<int[]> order(List<VisualTokens> reduced) {
    return reduced.stream().allMatch(this::isWhole)
        ? layout.all(grid)
        : layout.reduced(grid, reduced.stream().map(EncodedViews::made).toList());
  }

  private boolean isWhole(VisualTokens tokens) {
    int[] all = IntStream.range(0, views.get(0).tokens()).toArray();
    return tokens.selection().equals(TokenSelection.of(all));
  }

  private static SequenceLayout.Tokens made(VisualTokens tokens) {
    int[] all = IntStream.range(0, tokens.tokens()).toArray();
    return new SequenceLayout.Tokens(tokens.tokens(), tokens.keptIndices().orElse(all));
  }

  private Set<Look> looksSince(List<Integer> before) {
    Set<Look> looks = new HashSet<>();
    for (int view = 0; view < views.size(); view++) {
      List<TowerEvidence> all = views.get(view).looks();
      for (TowerEvidence evidence : all.subList(before.get(view), all.size())) {
        looks.add(new Look(view, evidence));
      }
    }
    return looks;
  }

  @Override
  public void close() {
    views.forEach(EncodedImage::close);
  }
}
