package io.prumerge.model;

import io.prumerge.reduction.Reduction;
import java.util.Optional;

/** The visual tokens a reducer left, [tokens, D] on the device, before the projector. */
public final class VisualTokens implements Reduction {

  private final Torch.Value features;
  private final int[] kept;
  private final int neighbours;
  private final boolean summary;
  private final int tokens;

  VisualTokens(Torch.Value features, int[] kept, int neighbours, boolean summary, int tokens) {
    this.features = features;
    this.kept = kept;
    this.neighbours = neighbours;
    this.summary = summary;
    this.tokens = tokens;
  }

  Torch.Value features() {
    return features;
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
    return neighbours;
  }

  @Override
  public boolean summary() {
    return summary;
  }

  @Override
  public void close() {
    features.close();
  }
}
