package io.prumerge.model.cut;

import io.prumerge.model.decoder.SeenEvidence;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.LayerCut;
import io.prumerge.torch.PendingReads;
import io.prumerge.torch.Torch;

/**
 * @param staying whether it stays on the device, for a rule there
 */
record Wanted(Evidence evidence, boolean staying) {

  static Wanted by(LayerCut cut, Evidence evidence) {
    return new Wanted(evidence, cut.onDevice(0).isPresent());
  }

  /** Has the host read a tensor into some evidence, or lets it stay. The tensor is closed. */
  void take(Torch.Value tensor, SeenEvidence into, PendingReads reads) {
    if (staying) {
      into.hold(evidence, tensor);
    } else {
      reads.add(tensor, values -> into.put(evidence, values));
    }
  }
}
