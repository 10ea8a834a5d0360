package io.prumerge.model.decoder;

import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.LayerCut;
import io.prumerge.torch.Torch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Evidence collected about the visual tokens of a block or of a question: values on the host,
 * tensors that stay on the device for a rule there, and the results of such rules.
 */
public final class CollectedEvidence implements AutoCloseable {

  private final Map<Evidence, float[]> read = new HashMap<>();
  private final Map<Evidence, Torch.Value> onDevice = new HashMap<>();
  private final Map<LayerCut, float[]> made = new HashMap<>();

  /** Adds values on the host. */
  public void put(Evidence evidence, float[] values) {
    read.put(evidence, values);
  }

  /** Adds a tensor on the device; closed with this. */
  public void hold(Evidence evidence, Torch.Value tensor) {
    Torch.Value before = onDevice.put(evidence, tensor);
    if (before != null) {
      before.close();
    }
  }

  /** Adds the result of a cut's rule on the device. */
  public void put(LayerCut cut, float[] values) {
    made.put(cut, values);
  }

  /** Returns whether there is a piece of evidence, on the host or on the device. */
  public boolean has(Evidence evidence) {
    return read.containsKey(evidence) || onDevice.containsKey(evidence);
  }

  /** Returns evidence that was read to the host; null for none. */
  public float[] of(Evidence evidence) {
    return read.get(evidence);
  }

  /** Returns evidence that is on the device; null for none. */
  public Torch.Value tensor(Evidence evidence) {
    return onDevice.get(evidence);
  }

  /** Returns the result of a cut's rule on the device; empty without one. */
  public float[] of(LayerCut cut) {
    return made.getOrDefault(cut, new float[0]);
  }

  /** Closes the tensors on the device, but for some of them. */
  public void release(Predicate<Evidence> staying) {
    for (Evidence one : List.copyOf(onDevice.keySet())) {
      if (!staying.test(one)) {
        onDevice.remove(one).close();
      }
    }
  }

  /** Drops all, but for some evidence. */
  public void forget(Predicate<Evidence> staying) {
    release(staying);
    read.keySet().removeIf(staying.negate());
    made.clear();
  }

  /** Drops all. */
  @Override
  public void close() {
    forget(one -> false);
  }
}
