package io.prumerge.family;

import io.prumerge.architecture.ClipWeights;
import io.prumerge.architecture.TowerWeights;
import io.prumerge.architecture.WeightBlock;
import java.util.Optional;

/**
 * SigLIP's vision tower as Idefics3 and SmolVLM have it (transformers 4.57.1, {@code
 * modeling_idefics3.py}): all of its layers, the norm after the last one, and positions by a
 * patch's place as a fraction of the side.
 *
 * @param width C, the hidden size
 * @param mlp width of the MLP
 * @param layers encoder layers
 * @param positions the patches
 * @param patchSize side of a patch in pixels
 * @param channels input channels
 */
record SmolTower(long width, long mlp, int layers, long positions, long patchSize, long channels)
    implements TowerWeights {

  private ClipWeights clip() {
    return new ClipWeights(width, mlp, layers, layers, positions, patchSize, channels, false);
  }

  @Override
  public Optional<String> positioned() {
    return Optional.of("bucketed");
  }

  @Override
  public WeightBlock embeddings() {
    return clip().embeddings();
  }

  @Override
  public WeightBlock layer(int layer) {
    return clip().layer(layer);
  }

  @Override
  public Optional<WeightBlock> last() {
    return Optional.of(ClipWeights.lastNorm(ClipWeights.PREFIX, width));
  }
}
