package io.prumerge.model.connector;

import io.prumerge.architecture.PerceiverResampler;
import io.prumerge.reduction.ReductionException;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import java.util.List;

/**
 * A resampler: its latents look at all features of an image. Of them it makes the keys and values
 * of the blocks that attend to images, once for all questions.
 */
final class LatentProjector extends Projector {

  private final Torch torch;
  private final PerceiverResampler shape;
  private final double eps;
  private final Torch.Value ends;
  private final Torch.Value layers;
  private final Torch.Value constants;

  /**
   * @param eps of the keys' norms, the decoder's
   */
  LatentProjector(Torch torch, PerceiverResampler shape, double eps, TensorLoader loader) {
    this.torch = torch;
    this.shape = shape;
    this.eps = eps;
    this.ends = loader.struct(shape.ends());
    this.layers = loader.structs(shape.layerBlocks());
    this.constants = loader.structs(shape.constants());
  }

  /** It reads no question, so that there is one instruction at most. */
  @Override
  public List<Torch.Value> project(List<ReducedView> views, List<int[]> instructions) {
    return List.of(
        torch.call(
            "image_constants",
            views.stream().map(ReducedView::features).toList(),
            ends,
            layers,
            constants,
            shape.heads(),
            shape.readers().head(),
            eps));
  }

  @Override
  public Torch.Value queryAttention(Torch.Value features, int[] instruction) {
    return torch.call("latent_attention", features, ends, layers, shape.heads());
  }

  @Override
  public Torch.Value patches(Torch.Value features) {
    throw new ReductionException(
        "Cannot look at patches after a resampler: its rows come from all of them together");
  }

  @Override
  public void close() {
    ends.close();
    layers.close();
    constants.close();
  }
}
