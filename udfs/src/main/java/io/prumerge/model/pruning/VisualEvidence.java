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

  /** Returns whether a block has the rows that evidence is collected from. */
  boolean hasRows(Evidence evidence, PackBlock block) {
    if (inputs.visual() == 0) {
      block.evidence().put(evidence, new float[0]);
    }
    return inputs.visual() > 0 && block.prefix() > 0;
  }

  /** Keeps the queries of the visual tokens until their layer has run. */
  void attention(Evidence.VisualAttention evidence, PackBlock block, Torch.Value x, int start) {
    inputs.pending().add(evidence, inputs.attention().visualQueries(block, x, start));
  }

  /** Returns the hidden states of the visual tokens. */
  Torch.Value states(
      WantedEvidence wanted, Evidence.Hidden hidden, PackBlock block, Torch.Value x, int start) {
    return inputs.visualStates(hidden, wanted.staying(), block, x, start);
  }

  /** Returns how much of them changes fast over their grid. */
  Torch.Value highPass(PatchGrid grid, PackBlock block, Torch.Value x, int start) {
    inputs.work().charge(block, inputs.evidence().highPassWork(grid));
    try (Torch.Value tokens = inputs.visualRows(block, x, start)) {
      return inputs.evidence().highPass(tokens, grid);
    }
  }

  /** Returns the attention that the mean of their queries would pay. */
  Torch.Value meanQuery(int layer, PackBlock block, Torch.Value x, int start) {
    inputs.work().charge(block, PassWork.meanQuery(inputs.visual()));
    try (Torch.Value tokens = inputs.visualRows(block, x, start)) {
      return inputs.evidence().meanQueryAttention(tokens, layer);
    }
  }

  /** Returns the cosines of each pair of their keys. */
  Torch.Value keyCosines(int layer, PackBlock block, Torch.Value x, int start) {
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
    if (evidence.ofCache()) {
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
