package io.prumerge.model.cut;

import io.prumerge.image.PatchGrid;
import io.prumerge.model.decoder.AskingRows;
import io.prumerge.model.decoder.PackBlock;
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
  void see(Wanted wanted, PackBlock block, Torch.Value x, int start, PendingReads reads) {
    Evidence evidence = wanted.evidence();
    if (approach.visual() == 0) {
      block.evidence().put(evidence, new float[0]);
    } else if (block.prefix() == 0) {
      return;
    } else if (evidence instanceof Evidence.VisualAttention) {
      approach.waiting().add(evidence, approach.attention().visual(block, x, start));
    } else {
      Torch.Value tensor;
      if (evidence instanceof Evidence.Hidden hidden) {
        tensor = approach.visualStates(hidden, wanted.staying(), block, x, start);
      } else if (evidence instanceof Evidence.HighPass filtered) {
        tensor = highPass(filtered.grid(), block, x, start);
      } else if (evidence instanceof Evidence.KeyCosines) {
        tensor = keyCosines(evidence.layer(), block, x, start);
      } else {
        tensor = meanQuery(evidence.layer(), block, x, start);
      }
      wanted.take(tensor, block.evidence(), reads);
    }
  }

  private Torch.Value highPass(PatchGrid grid, PackBlock block, Torch.Value x, int start) {
    approach.work().charge(block, approach.evidence().highPassWork(grid));
    try (Torch.Value tokens = approach.visualRows(block, x, start)) {
      return approach.evidence().highPass(tokens, grid);
    }
  }

  private Torch.Value meanQuery(int layer, PackBlock block, Torch.Value x, int start) {
    approach.work().charge(block, PassWork.meanQuery(approach.visual()));
    try (Torch.Value tokens = approach.visualRows(block, x, start)) {
      return approach.evidence().meanQueryAttention(tokens, layer);
    }
  }

  private Torch.Value keyCosines(int layer, PackBlock block, Torch.Value x, int start) {
    int visual = approach.visual();
    PassWork cosines = approach.evidence().keyCosinesWork(visual);
    approach.work().charge(block, PassWork.keys(visual).plus(cosines));
    Torch.Value rows = approach.visualRows(block, x, start);
    try (Torch.Value keys = approach.attention().keysOfVisual(layer, block, rows)) {
      return approach.evidence().keyCosines(keys);
    }
  }

  /**
   * Takes what is there once the layers before the cut have run.
   *
   * @param index of the block among all
   */
  void complete(Wanted wanted, PackBlock block, int index, PendingReads reads) {
    Evidence evidence = wanted.evidence();
    if (evidence instanceof Evidence.Keys) {
      if (!block.evidence().has(evidence)) {
        wanted.take(
            approach
                .evidence()
                .keys(
                    block.rows().cache(), evidence.layer(), approach.place().slots(block.first())),
            block.evidence(),
            reads);
      }
    } else if (approach.waiting().has(evidence)) {
      AskingRows rows = approach.waiting().of(evidence, index);
      try (Torch.Value all = approach.attention().toVisual(evidence, block, rows)) {
        wanted.take(approach.evidence().received(all), block.evidence(), reads);
      }
      int slots = approach.attention().slotsOfPrefix(block);
      approach.work().charge(block, PassWork.attention(rows.count(), slots));
    }
  }
}
