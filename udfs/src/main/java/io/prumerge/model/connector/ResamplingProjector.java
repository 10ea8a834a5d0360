package io.prumerge.model.connector;

import io.prumerge.architecture.Resampler;
import io.prumerge.config.VisionConfig;
import io.prumerge.reduction.ReductionException;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.List;

/** A resampler, whose queries look at all features of a view; it reads no question. */
final class ResamplingProjector extends Projector {

  private final Torch torch;
  private final Resampler shape;
  private final VisionConfig vision;
  private final Torch.Value weights;

  ResamplingProjector(Torch torch, Resampler shape, VisionConfig vision, TensorLoader loader) {
    this.torch = torch;
    this.shape = shape;
    this.vision = vision;
    this.weights = loader.struct(shape.block());
  }

  @Override
  public List<Torch.Value> project(List<ReducedView> views, List<int[]> instructions) {
    List<Torch.Value> parts = new ArrayList<>();
    try {
      for (ReducedView view : views) {
        parts.add(called("resampled", view.features()));
      }
      try (Torch.Value list = torch.list(parts)) {
        return List.of(torch.call("concat", list));
      }
    } finally {
      parts.forEach(Torch.Value::close);
    }
  }

  @Override
  public Torch.Value queryAttention(Torch.Value features, int[] instruction) {
    return called("resampler_attention", features);
  }

  private Torch.Value called(String function, Torch.Value features) {
    return torch.call(
        function,
        features,
        weights,
        (int) Math.sqrt(shape.count()),
        vision.gridSide(),
        shape.heads(),
        vision.encoder().layerNormEps());
  }

  @Override
  public Torch.Value patches(Torch.Value features) {
    throw new ReductionException(
        "Cannot look at patches after a resampler: its rows come from all of them together");
  }

  @Override
  public void close() {
    weights.close();
  }
}
