package io.prumerge.checkpoint;

import io.prumerge.architecture.PartWeights;
import io.prumerge.architecture.Weight;
import io.prumerge.architecture.WeightBlock;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Checks the tensors of a checkpoint against the weights of the model's parts: every tensor that a
 * part reads must be present with its shape, and no tensor that no part has.
 */
final class TensorCheck {
  private static final Set<TensorType> WEIGHT_TYPES =
      EnumSet.of(TensorType.F32, TensorType.F16, TensorType.BF16);

  private final SortedMap<String, TensorEntry> unchecked;
  private final SortedMap<String, TensorEntry> checked = new TreeMap<>();

  private TensorCheck(Map<String, TensorEntry> tensors) {
    this.unchecked = new TreeMap<>(tensors);
  }

  /**
   * Returns the same tensors under their canonical names.
   *
   * @param tensors canonical name -> entry as its file spells it
   * @throws CheckpointException naming a tensor that is missing, unknown, or of another shape or
   *     type
   */
  static SortedMap<String, TensorEntry> check(
      List<PartWeights> parts, Map<String, TensorEntry> tensors) {
    TensorCheck check = new TensorCheck(tensors);
    for (PartWeights part : parts) {
      for (WeightBlock block : part.blocks()) {
        for (Weight weight : block.weights()) {
          check.tensor(block.name(weight), weight);
        }
      }
    }
    check.refuseUnknown();
    return check.checked;
  }

  private void tensor(String name, Weight weight) {
    if (weight.need() == Weight.Need.ABSENT || checked.containsKey(name)) {
      return;
    }
    TensorEntry entry = unchecked.remove(name);
    if (entry == null) {
      if (weight.read()) {
        throw new CheckpointException(
            "tensor '" + name + "' of shape " + weight.shape() + " is missing");
      }
      return;
    }
    if (!entry.shape().equals(weight.shape())) {
      throw new CheckpointException(
          described(name, entry)
              + " must have shape "
              + weight.shape()
              + " but has "
              + entry.shape());
    }
    if (!WEIGHT_TYPES.contains(entry.type())) {
      throw new CheckpointException(
          described(name, entry) + " has type " + entry.type() + "; weights may be F32, F16, BF16");
    }
    checked.put(name, entry.renamed(name));
  }

  private void refuseUnknown() {
    if (unchecked.isEmpty()) {
      return;
    }
    String first = unchecked.firstKey();
    String more = unchecked.size() == 1 ? "" : " (and " + (unchecked.size() - 1) + " more)";
    throw new CheckpointException(
        described(first, unchecked.get(first))
            + more
            + " has no place in the model that config.json describes");
  }

  private static String described(String name, TensorEntry entry) {
    String spelled = entry.name().equals(name) ? "" : "spelled '" + entry.name() + "' ";
    return "tensor '" + name + "' (" + spelled + "in " + entry.file().getFileName() + ")";
  }
}
