package io.prumerge.model.cut;

import io.prumerge.model.decoder.AskingRows;
import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.reduction.Evidence;
import io.prumerge.torch.PendingReads;
import io.prumerge.torch.Torch;

/**
 * Evidence about the visual tokens alone, kept with the block that has them. A later pack has it
 * from the first.
 */
final class VisualEvidence {

  private final CutApproach approach;

  VisualEvidence(CutApproach approach) {
    this.approach = approach;
  }

  /** Takes what hidden states before a layer give. */
  void see(Evidence evidence, CutPack.Block block, Torch.Value x, int start, PendingReads reads) {
    int visual = approach.visual();
    int first = start + block.start() + approach.pack().visualRow();
    if (visual == 0) {
      block.evidence().put(evidence, new float[0]);
    } else if (block.prefix() == 0) {
      return;
    } else if (evidence instanceof Evidence.Hidden hidden) {
      read(evidence, block, approach.evidence().states(hidden, x, first, first + visual), reads);
    } else if (evidence instanceof Evidence.VisualAttention) {
      approach.waiting().add(evidence, approach.attention().visual(block, x, start));
    } else if (evidence instanceof Evidence.KeyCosines) {
      read(evidence, block, keyCosines(evidence.layer(), block, x, start), reads);
      PassWork cosines = approach.evidence().keyCosinesWork(visual);
      approach.work().charge(block, PassWork.keys(visual).plus(cosines));
    } else {
      try (Torch.Value tokens = approach.evidence().rows(x, first, first + visual)) {
        int layer = evidence.layer();
        read(evidence, block, approach.evidence().meanQueryAttention(tokens, layer), reads);
      }
      approach.work().charge(block, PassWork.meanQuery(visual));
    }
  }

  private Torch.Value keyCosines(int layer, CutPack.Block block, Torch.Value x, int start) {
    try (Torch.Value keys = approach.attention().keysOfVisual(layer, block, x, start)) {
      return approach.evidence().keyCosines(keys);
    }
  }

  private static void read(
      Evidence evidence, CutPack.Block block, Torch.Value tensor, PendingReads reads) {
    reads.add(tensor, values -> block.evidence().put(evidence, values));
  }

  /**
   * Takes what is there once the layers before the cut have run.
   *
   * @param index of the block among all
   */
  void complete(Evidence evidence, CutPack.Block block, int index, PendingReads reads) {
    int visual = approach.visual();
    if (evidence instanceof Evidence.Keys) {
      if (!block.evidence().containsKey(evidence)) {
        int slot = approach.pack().group().visualSlot();
        int layer = evidence.layer();
        read(
            evidence,
            block,
            approach.evidence().keys(block.rows().cache(), layer, slot, visual),
            reads);
      }
    } else if (approach.waiting().has(evidence)) {
      AskingRows rows = approach.waiting().of(evidence, index);
      reads.add(
          approach.attention().toVisual(evidence, block, rows),
          values -> block.evidence().put(evidence, sums(values, visual)));
      int slots = approach.attention().slotsOfPrefix();
      approach.work().charge(block, PassWork.attention(rows.count(), slots));
    }
  }

  // [rows, columns] -> [columns].
  private static float[] sums(float[] values, int columns) {
    float[] sums = new float[columns];
    for (int i = 0; i < values.length; i++) {
      sums[i % columns] += values[i];
    }
    return sums;
  }
}
