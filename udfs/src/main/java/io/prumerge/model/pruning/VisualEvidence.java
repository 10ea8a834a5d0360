package io.prumerge.model.pruning;

import io.prumerge.image.PatchGrid;
import io.prumerge.model.decoder.PackBlock;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.model.decoder.QueryRows;
import io.prumerge.reduction.Evidence;
import io.prumerge.torch.PendingReads;
import io.prumerge.torch.Torch;

/**
 * Evidence about the visual tokens alone, kept with the block that has them. A later pack has it
 * from the first.
 */
final class VisualEvidence {

  private final EvidenceInputs inputs;

  VisualEvidence(EvidenceInputs inputs) {
    this.inputs = inputs;
  }

  /** Collects evidence that hidden states before a layer give. */
  void collectBeforeLayer(
      WantedEvidence wanted, PackBlock block, Torch.Value x, int start, PendingReads reads) {
    Evidence evidence = wanted.evidence();
    if (inputs.visual() == 0) {
      block.evidence().put(evidence, new float[0]);
    } else if (block.prefix() == 0) {
      return;
    } else if (evidence instanceof Evidence.VisualAttention) {
      inputs.pending().add(evidence, inputs.attention().visualQueries(block, x, start));
    } else {
      Torch.Value tensor;
      if (evidence instanceof Evidence.Hidden hidden) {
        tensor = inputs.visualStates(hidden, wanted.staying(), block, x, start);
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
    inputs.work().charge(block, inputs.evidence().highPassWork(grid));
    try (Torch.Value tokens = inputs.visualRows(block, x, start)) {
      return inputs.evidence().highPass(tokens, grid);
    }
  }

  private Torch.Value meanQuery(int layer, PackBlock block, Torch.Value x, int start) {
    inputs.work().charge(block, PassWork.meanQuery(inputs.visual()));
    try (Torch.Value tokens = inputs.visualRows(block, x, start)) {
      return inputs.evidence().meanQueryAttention(tokens, layer);
    }
  }

  private Torch.Value keyCosines(int layer, PackBlock block, Torch.Value x, int start) {
    int visual = inputs.visual();
    PassWork cosines = inputs.evidence().keyCosinesWork(visual);
    inputs.work().charge(block, PassWork.keys(visual).plus(cosines));
    Torch.Value rows = inputs.visualRows(block, x, start);
    try (Torch.Value keys = inputs.attention().visualKeys(layer, block, rows)) {
      return inputs.evidence().keyCosines(keys);
    }
  }

  /**
   * Collects evidence that needs the keys of the layers before the cut, which have run.
   *
   * @param index of the block among all
   */
  void collectAfterLayers(WantedEvidence wanted, PackBlock block, int index, PendingReads reads) {
    Evidence evidence = wanted.evidence();
    if (evidence instanceof Evidence.Keys) {
      if (!block.evidence().has(evidence)) {
        wanted.take(
            inputs
                .evidence()
                .keys(
                    block.rows().cache(), evidence.layer(), inputs.progress().slots(block.first())),
            block.evidence(),
            reads);
      }
    } else if (inputs.pending().has(evidence)) {
      QueryRows rows = inputs.pending().of(evidence, index);
      try (Torch.Value all = inputs.attention().amongVisual(evidence, block, rows)) {
        wanted.take(inputs.evidence().received(all), block.evidence(), reads);
      }
      int slots = inputs.attention().slotsOfPrefix(block);
      inputs.work().charge(block, PassWork.attention(rows.count(), slots));
    }
  }
}
