package io.prumerge.model.connector;

import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TowerTokens;
import io.prumerge.torch.Torch;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * The visual tokens a reducer left, [tokens, width] on the device, before the projector or after
 * it. They are gathered, merged or blended when they are asked for, so that a method that leaves
 * the same tokens as another one costs nothing; the image has to be open until then.
 */
public final class ReducedView implements Reduction {

  private final TokenSelection selection;
  private final Stage stage;
  private final int[] kept;
  private final long products;
  private final InsideTokens inside; // null for tokens of the tower's output
  private final boolean seenAlone;
  private final Supplier<Torch.Value> compute;
  private Torch.Value features;

  /**
   * @param selection the tower's tokens that these are made of
   * @param stage of the rows that {@code compute} makes
   * @param kept patches that they stand for, in the order fed; null when nothing was dropped
   * @param products multiply-accumulates of weighted sums
   */
  public ReducedView(
      TokenSelection selection,
      Stage stage,
      int[] kept,
      long products,
      Supplier<Torch.Value> compute) {
    this(selection, stage, kept, products, null, false, compute);
  }

  private ReducedView(
      TokenSelection selection,
      Stage stage,
      int[] kept,
      long products,
      InsideTokens inside,
      boolean seenAlone,
      Supplier<Torch.Value> compute) {
    this.selection = selection;
    this.stage = stage;
    this.kept = kept;
    this.products = products;
    this.inside = inside;
    this.seenAlone = seenAlone;
    this.compute = compute;
  }

  /**
   * Returns the view's tokens that a method left inside the tower.
   *
   * @param kept patches that are left as they are; null when nothing was dropped or merged
   * @param compute makes the rows
   */
  public static ReducedView inside(
      InsideKey key, InsideTokens tokens, int[] kept, Supplier<Torch.Value> compute) {
    TokenSelection selection = TokenSelection.Inside.of(key.method(), tokens.patches());
    return new ReducedView(selection, Stage.BEFORE_CONNECTOR, kept, 0, tokens, false, compute);
  }

  /**
   * Returns the tokens of a view of which the tower ran over some blocks of pixels alone.
   *
   * @param selection these blocks
   * @param kept the same; null for all
   * @param compute makes the rows
   */
  public static ReducedView ofPixels(
      TokenSelection selection, int[] kept, Supplier<Torch.Value> compute) {
    return new ReducedView(selection, Stage.BEFORE_CONNECTOR, kept, 0, null, true, compute);
  }

  /**
   * Returns the wall time of the method's own run of the tower, this image's part; 0 without one.
   */
  public double towerMillis() {
    return inside == null ? 0 : inside.millis();
  }

  @Override
  public Optional<TowerTokens> tower() {
    return Optional.ofNullable(inside).map(InsideTokens::path);
  }

  /** Returns the patches of each token, where a method made them inside the tower. */
  public Optional<List<int[]>> groups() {
    return Optional.ofNullable(inside).map(InsideTokens::patches);
  }

  /**
   * Returns where the rows come from: those of the connector's output do not go through it again.
   */
  public Stage stage() {
    return stage;
  }

  /** Returns the rows, computed again; the caller closes them. */
  Torch.Value rows() {
    return compute.get();
  }

  /** Returns the rows, computed once; these tokens close them. */
  public Torch.Value features() {
    if (features == null) {
      features = compute.get();
    }
    return features;
  }

  /**
   * Returns the place of each token among all tokens of the view, as {@link TokenSelection#places}.
   */
  public int[] places(int all) {
    return selection.places(all);
  }

  /** Returns a value that is equal for tokens of one image that are the same. */
  public TokenSelection selection() {
    return selection;
  }

  @Override
  public Optional<int[]> keptIndices() {
    return Optional.ofNullable(kept).map(int[]::clone);
  }

  @Override
  public int tokens() {
    return selection.tokens();
  }

  @Override
  public int neighbours() {
    return selection.neighbours();
  }

  @Override
  public boolean summary() {
    return selection.summary();
  }

  @Override
  public long products() {
    return products;
  }

  @Override
  public OptionalInt seenPatches() {
    return seenAlone ? OptionalInt.of(tokens()) : OptionalInt.empty();
  }

  @Override
  public void close() {
    if (features != null) {
      features.close();
    }
  }
}
