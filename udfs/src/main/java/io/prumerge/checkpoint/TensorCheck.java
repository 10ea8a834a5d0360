package io.prumerge.checkpoint;

import io.prumerge.architecture.PartWeights;
import io.prumerge.architecture.Weight;
import io.prumerge.architecture.WeightBlock;
import io.prumerge.architecture.WeightNeed;
import io.prumerge.config.CheckpointException;
import java.util.ArrayList;
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
  private final Map<String, WeightEdit> edits;

  private TensorCheck(Map<String, TensorEntry> tensors, Map<String, WeightEdit> edits) {
    this.unchecked = new TreeMap<>(tensors);
    this.edits = edits;
  }

  /**
   * Checks tensors against the architecture, and returns them under their canonical names.
   *
   * @param tensors canonical name -> entry as its file spells it
   * @param edits canonical name -> how the weight differs from the tensor
   * @throws CheckpointException naming a tensor that is missing, unknown, or of another shape or
   *     type
   */
  static SortedMap<String, TensorEntry> check(
      List<PartWeights> parts, Map<String, TensorEntry> tensors, Map<String, WeightEdit> edits) {
    TensorCheck check = new TensorCheck(tensors, edits);
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
    if (weight.need() == WeightNeed.ABSENT || checked.containsKey(name)) {
      return;
    }
    TensorEntry entry = unchecked.remove(name);
    if (entry == null) {
      if (weight.read()) {
        throw new CheckpointException(
            "tensor '" + name + "' of shape " + weight.stored() + " is missing");
      }
      return;
    }
    WeightEdit edit = edits.getOrDefault(name, WeightEdit.NONE);
    List<Long> shape = stored(weight.stored(), edit.addedRows());
    if (!entry.shape().equals(shape)) {
      throw new CheckpointException(
          described(name, entry) + " must have shape " + shape + " but has " + entry.shape());
    }
    edit.update().ifPresent(update -> requireFit(name, shape, update));
    if (!WEIGHT_TYPES.contains(entry.type())) {
      throw new CheckpointException(
          described(name, entry) + " has type " + entry.type() + "; weights may be F32, F16, BF16");
    }
    checked.put(name, entry.renamed(name));
  }

  private static List<Long> stored(List<Long> shape, long addedRows) {
    if (addedRows == 0) {
      return shape;
    }
    List<Long> stored = new ArrayList<>(shape);
    stored.set(0, shape.get(0) - addedRows);
    return stored;
  }

  private static void requireFit(String name, List<Long> shape, LowRankUpdate update) {
    List<Long> product = List.of(update.up().shape().get(0), update.down().shape().get(1));
    if (!shape.equals(product)) {
      throw new CheckpointException(
          "tensor '"
              + name
              + "' of shape "
              + shape
              + " cannot take the adapter's update of shape "
              + product);
    }
    for (TensorEntry side : List.of(update.down(), update.up())) {
      if (!WEIGHT_TYPES.contains(side.type())) {
        throw new CheckpointException(
            described(side.name(), side)
                + " has type "
                + side.type()
                + "; weights may be F32, F16, BF16");
      }
    }
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
