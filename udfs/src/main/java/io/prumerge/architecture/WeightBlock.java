package io.prumerge.architecture;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tensors that the forward pass uses together, such as those of one layer.
 *
 * @param struct name of their TorchScript struct
 * @param prefix what their names in the checkpoint begin with
 * @param weights in the order of their use
 */
public record WeightBlock(String struct, String prefix, List<Weight> weights) {

  public WeightBlock {
    weights = List.copyOf(weights);
  }

  /** Returns the canonical name of one of the tensors in the checkpoint. */
  public String name(Weight weight) {
    return prefix + weight.tensor();
  }

  /**
   * Returns the elements of all tensors that a checkpoint of this model holds, unread ones
   * included. Two fields may be of one tensor; it counts once.
   */
  public long elements() {
    Map<String, Long> tensors = new LinkedHashMap<>();
    for (Weight weight : weights) {
      if (weight.need() != WeightNeed.ABSENT) {
        tensors.put(weight.tensor(), weight.storedElements());
      }
    }
    return tensors.values().stream().reduce(0L, Math::addExact);
  }
}
