package io.prumerge.engine;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.TensorType;
import io.prumerge.torch.PackedWeights;
import io.prumerge.torch.Quantization;
import java.io.Serializable;

/**
 * The facts about the weights of a model that decide which devices and types can run it.
 *
 * @param stored the type of its weights
 * @param packed bytes of the second copy that {@link PackedWeights} may make
 * @param quantization of the decoder's products
 */
public record ModelWeights(TensorType stored, long packed, Quantization quantization)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Returns a checkpoint's. */
  public static ModelWeights of(Checkpoint checkpoint, Quantization quantization) {
    return new ModelWeights(
        checkpoint.weightType(),
        PackedWeights.bytes(checkpoint.config().decoder(), quantization),
        quantization);
  }
}
