package io.prumerge.model.pruning;

import io.prumerge.model.decoder.CollectedEvidence;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.LayerCut;
import io.prumerge.torch.PendingReads;
import io.prumerge.torch.Torch;

/**
 * A piece of evidence that a cut scores by.
 *
 * @param staying whether its tensor stays on the device, for a rule there
 */
record WantedEvidence(Evidence evidence, boolean staying) {

  /** Returns the piece as a cut's rule reads it. */
  static WantedEvidence by(LayerCut cut, Evidence evidence) {
    return new WantedEvidence(evidence, cut.onDevice(0).isPresent());
  }

  /** Reads its tensor to the host, or keeps it on the device; closed with {@code into} or here. */
  void take(Torch.Value tensor, CollectedEvidence into, PendingReads reads) {
    if (staying) {
      into.hold(evidence, tensor);
    } else {
      reads.add(tensor, values -> into.put(evidence, values));
    }
  }
}
