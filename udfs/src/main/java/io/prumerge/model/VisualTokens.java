package io.prumerge.model;

import io.prumerge.reduction.Reduction;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The visual tokens a reducer left, [tokens, D] on the device, before the projector. They are
 * gathered or merged when they are first asked for, so that a method that comes to the same tokens
 * as another one costs nothing; the image has to be open until then.
 */
public final class VisualTokens implements Reduction {

  private final TokenSelection selection;
  private final int[] kept;
  private final int tokens;
  private final Supplier<Torch.Value> compute;
  private Torch.Value features;

  /**
   * @param selection the tower's tokens that these are made of
   * @param kept patches in the order fed; null when nothing was dropped
   * @param tokens rows that {@code compute} makes
   */
  VisualTokens(TokenSelection selection, int[] kept, int tokens, Supplier<Torch.Value> compute) {
    this.selection = selection;
    this.kept = kept;
    this.tokens = tokens;
    this.compute = compute;
  }

  Torch.Value features() {
    if (features == null) {
      features = compute.get();
    }
    return features;
  }

  /** Equal for tokens of one image that are the same. */
  public TokenSelection selection() {
    return selection;
  }

  @Override
  public Optional<int[]> keptIndices() {
    return Optional.ofNullable(kept).map(int[]::clone);
  }

  @Override
  public int tokens() {
    return tokens;
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
  public void close() {
    if (features != null) {
      features.close();
    }
  }
}
