package io.prumerge.model.tower;

import io.prumerge.architecture.PooledFrames;
import io.prumerge.lang.Text;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import io.prumerge.torch.Torch;
import java.util.Optional;

/**
 * What can be computed of one view from what a run of the tower left of it; nothing is kept. Of a
 * frame that is pooled behind the connector, all rows and numbers of patches are pooled as its
 * tokens are.
 */
final class ViewEvidence implements AutoCloseable {

  private final Torch torch;
  private final VisionTower tower;
  private final TowerStates states;
  private final SmallPixels smaller;
  private final Optional<PooledFrames> frames;
  private final Torch.Value patches; // [N, levels F]
  private Torch.Value projected; // [N, levels D]

  /**
   * @param states are closed with this
   * @param frames how it is pooled behind the connector, if it is
   */
  ViewEvidence(
      Torch torch,
      VisionTower tower,
      TowerStates states,
      SmallPixels smaller,
      Optional<PooledFrames> frames) {
    this.torch = torch;
    this.tower = tower;
    this.states = states;
    this.smaller = smaller;
    this.frames = frames;
    this.patches = tower.module().patches(states.features());
  }

  /** Returns the features of the patches, level by level [N, levels F]; closed here. */
  Torch.Value patches() {
    requireFeatures();
    return patches;
  }

  /** Returns the features with CLS in front where there is one, [T, F]; likewise. */
  Torch.Value withClass() {
    requireFeatures();
    return states.features();
  }

  /** Returns the projected patches, level by level [N, levels D]; not for the caller to close. */
  Torch.Value projected() {
    if (projected == null) {
      projected = pooled(tower.projector().patches(patches()));
    }
    return projected;
  }

  // Closes what it is given, or hands it over.
  private Torch.Value pooled(Torch.Value ofPatches) {
    if (frames.isEmpty()) {
      return ofPatches;
    }
    try (ofPatches) {
      return tower.module().pooled(ofPatches, frames.get());
    }
  }

  private void requireFeatures() {
    if (states.layers() < tower.reach().features()) {
      throw new IllegalStateException(
          "Cannot take features: the tower was run for methods inside it only");
    }
  }

  /** Waits until a GPU has done what it was asked. */
  void await() {
    tower.module().await();
  }

  /** Returns the number of layers of the tower that ran for all methods. */
  int layers() {
    return states.layers();
  }

  /**
   * Returns PruMerge's attention [N] and keys [N, C], both fp32, which the caller closes.
   *
   * @throws ReductionException if there is no class token
   */
  Torch.Value[] fullWidthScores() {
    requireClassToken();
    if (!tower.reach().lastInput(states.layers())) {
      throw new IllegalStateException(
          "Cannot score an image: the tower was run for its features only, not to its last layer");
    }
    return tower.module().score(states.lastInput());
  }

  private void requireClassToken() {
    if (!tower.traits().hasClassToken()) {
      throw ReductionException.noClassToken();
    }
  }

  /**
   * Computes a piece of evidence that is of no text, for the caller to close.
   *
   * @param source what it is computed from; null where it is from the tower's states
   * @throws ReductionException if the tower does not have it
   */
  // Java 17 has no switch over types.
  Torch.Value compute(TowerEvidence evidence, Torch.Value source) {
    if (evidence instanceof TowerEvidence.ClassAttention attention) {
      return attention("class_attention", attention.layer());
    }
    if (evidence instanceof TowerEvidence.ColumnAttention attention) {
      return pooled(tower.module().columnAttention(states, place(attention.layer())));
    }
    if (evidence instanceof TowerEvidence.PatchAttention attention) {
      return attention("patch_attention", attention.layer());
    }
    if (evidence instanceof TowerEvidence.KeyProducts keys) {
      return ofKeys("key_products", keys.layer());
    }
    if (evidence instanceof TowerEvidence.HeadMeanKeys keys) {
      return ofKeys("mean_keys", keys.layer());
    }
    if (evidence instanceof TowerEvidence.Loadings) {
      return torch.call("loadings", source);
    }
    if (evidence == TowerEvidence.Cosines.OF_FEATURES && tower.traits().ofBlocks()) {
      try (Torch.Value means = torch.call("feature_means", source, tower.patchesOfRow())) {
        return torch.call("cosines", means);
      }
    }
    if (evidence == TowerEvidence.Cosines.DAMPED_OF_PROJECTED) {
      return torch.call("damped_cosines", source);
    }
    if (evidence instanceof TowerEvidence.Cosines) {
      return torch.call("cosines", source);
    }
    if (evidence instanceof TowerEvidence.TransportKernel) {
      return torch.call("transport_kernel", source);
    }
    if (evidence instanceof TowerEvidence.Projected) {
      return torch.call("first_columns", projected(), tower.width());
    }
    if (evidence instanceof TowerEvidence.SmallImage small) {
      return small(small.side());
    }
    return pooled(torch.call("first_columns", patches(), tower.featureWidth()));
  }

  // What the class token pays.
  private Torch.Value attention(String function, TowerLayer layer) {
    requireClassToken();
    return tower
        .module()
        .blocks(torch.call(function, states.queries(), states.keys(), place(layer)));
  }

  private Torch.Value ofKeys(String function, TowerLayer layer) {
    int place = place(layer);
    if (frames.isEmpty() && !tower.traits().ofBlocks()) {
      return torch.call(function, states.keys(), place, tower.module().classTokens());
    }
    try (Torch.Value blocks =
        frames
            .map(pooled -> tower.module().pooledKeys(states, place, pooled))
            .orElseGet(() -> tower.module().blockKeys(states, place))) {
      return torch.call(function, blocks, 0, 0);
    }
  }

  private Torch.Value small(int side) {
    float[] pixels =
        smaller
            .of(side)
            .orElseThrow(
                () ->
                    new ReductionException(
                        Text.format(
                            "Cannot look at %d x %d patches: the picture was not prepared at that"
                                + " size, because the preprocessor does not resize or the caller"
                                + " gave pixels",
                            side, side)));
    return tower.features(pixels, side);
  }

  private int place(TowerLayer layer) {
    int index = tower.reach().seen(layer);
    int place = states.watched().indexOf(index);
    if (place < 0) {
      throw new IllegalStateException(
          "Cannot look at layer "
              + (index + 1)
              + " of the tower, which was run without watching it");
    }
    return place;
  }

  @Override
  public void close() {
    patches.close();
    if (projected != null) {
      projected.close();
    }
    states.close();
  }
}
