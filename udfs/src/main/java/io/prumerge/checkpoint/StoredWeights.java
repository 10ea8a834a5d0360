package io.prumerge.checkpoint;

import io.prumerge.config.CheckpointException;
import java.util.Optional;

/** Weights in files, by their canonical names. */
public interface StoredWeights {

  /**
   * Returns the stored tensor of this name.
   *
   * @throws CheckpointException if there is none
   */
  TensorEntry tensor(String canonicalName);

  /** Returns how the weight of this name differs from its stored tensor. */
  default WeightEdit edit(String canonicalName) {
    return WeightEdit.NONE;
  }

  /**
   * How a weight differs from the tensor that a file stores.
   *
   * @param update a low-rank matrix that is added to it
   * @param addedRows copies of its first row that are put after its last one. That row is the
   *     unknown token's; a greedy choice, which takes the lower index of equal logits, never falls
   *     on a copy in the head.
   */
  record WeightEdit(Optional<LowRankUpdate> update, long addedRows) {

    /**
     * What a LoRA adapter adds to a weight [out, in]: scale * up down, computed in fp32. Source:
     * peft 0.21.2, {@code peft/tuners/lora/layer.py}, Linear.get_delta_weight.
     *
     * @param down lora_A [rank, in]
     * @param up lora_B [out, rank]
     * @param scale alpha / rank, or alpha / sqrt(rank) under rslora
     */
    public record LowRankUpdate(TensorEntry down, TensorEntry up, double scale) {}

    /** The weight is what is stored. */
    public static final WeightEdit NONE = new WeightEdit(Optional.empty(), 0);

    WeightEdit with(LowRankUpdate added) {
      return new WeightEdit(Optional.of(added), addedRows);
    }

    WeightEdit withRows(long added) {
      return new WeightEdit(update, added);
    }
  }
}
