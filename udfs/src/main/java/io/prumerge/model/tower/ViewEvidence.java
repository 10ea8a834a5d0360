package io.prumerge.model.tower;

import io.prumerge.architecture.Arrangement;
import io.prumerge.architecture.PooledFrames;
import io.prumerge.lang.Text;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TowerLayer;
import io.prumerge.torch.Torch;
import java.util.List;
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
  private Torch.Value fullWidthKeys; // [N, C] fp32

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
   * Returns PruMerge's attention [N], fp32, which the caller closes. The keys are kept.
   *
   * @throws ReductionException if there is no class token
   */
  Torch.Value fullWidthAttention() {
    requireClassToken();
    if (!tower.reach().lastInput(states.layers())) {
      throw new IllegalStateException(
          "Cannot score an image: the tower was run for its features only, not to its last layer");
    }
    Torch.Value[] scores = tower.module().score(states.lastInput());
    fullWidthKeys = scores[1];
    return scores[0];
  }

  /** Returns PruMerge's keys [N, C], fp32, of {@link #fullWidthAttention}; closed here. */
  Torch.Value fullWidthKeys() {
    return fullWidthKeys;
  }

  private void requireClassToken() {
    if (!tower.traits().hasClassToken()) {
      throw ReductionException.noClassToken();
    }
  }

  /** Returns the selected features of the patches, for the caller to close. */
  Torch.Value features() {
    return pooled(torch.call("first_columns", patches(), tower.featureWidth()));
  }

  /** Returns the projected patches, likewise. */
  Torch.Value afterConnector() {
    return torch.call("first_columns", projected(), tower.width());
  }

  /**
   * Returns the cosines of all pairs of features, of blocks' mean patches where they are blocks.
   */
  Torch.Value cosines(Torch.Value features) {
    if (!tower.traits().ofBlocks()) {
      return torch.call("cosines", features);
    }
    try (Torch.Value means = torch.call("feature_means", features, tower.patchesOfRow())) {
      return torch.call("cosines", means);
    }
  }

  /** Returns a number for each pair of some rows, learned or of the patches of several views. */
  Torch.Value pairs(String function, List<Torch.Value> patches, int count, int[] rows) {
    try (Torch.Value list = torch.list(patches);
        Torch.Value sequence =
            tower
                .layout()
                .arrange(
                    torch.call("concat", list),
                    patches.size() * count,
                    Optional.of(new Arrangement(rows)))) {
      return torch.call(function, sequence);
    }
  }

  /** Returns the attention that patches get from all of a layer's tokens. */
  Torch.Value columnAttention(TowerLayer layer) {
    return pooled(tower.module().columnAttention(states, place(layer)));
  }

  /** Returns what the class token of a layer pays to the patches. */
  Torch.Value attention(String function, TowerLayer layer) {
    requireClassToken();
    return tower
        .module()
        .blocks(torch.call(function, states.queries(), states.keys(), place(layer)));
  }

  /** Returns what a function makes of a layer's keys. */
  Torch.Value ofKeys(String function, TowerLayer layer) {
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

  /** Returns the features of a smaller image. */
  Torch.Value small(int side) {
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
    if (fullWidthKeys != null) {
      fullWidthKeys.close();
    }
    states.close();
  }
}
