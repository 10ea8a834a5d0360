package io.prumerge.model.cut;

import io.prumerge.model.decoder.AskingRows;
import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.reduction.Evidence;
import io.prumerge.torch.Torch;

/**
 * Evidence about the visual tokens alone, kept with the block that has them. A later pack has it
 * from the first.
 */
final class VisualEvidence {

  private final LanguageModel model;
  private final CutPack pack;
  private final CutPlace place;
  private final CutAttention attention;
  private final WaitingRows waiting;
  private final EvidenceWork work;

  VisualEvidence(
      LanguageModel model,
      CutPack pack,
      CutPlace place,
      CutAttention attention,
      WaitingRows waiting,
      EvidenceWork work) {
    this.model = model;
    this.pack = pack;
    this.place = place;
    this.attention = attention;
    this.waiting = waiting;
    this.work = work;
  }

  private int visual() {
    return place.now().visual();
  }

  /** Takes what hidden states before a layer give. */
  void see(Evidence evidence, CutPack.Block block, Torch.Value x, int start) {
    int visual = visual();
    int first = start + block.start() + pack.visualRow();
    if (visual == 0) {
      block.evidence().put(evidence, new float[0]);
    } else if (block.prefix() == 0) {
      return;
    } else if (evidence instanceof Evidence.Hidden hidden) {
      float[] states = model.evidence().floats(x, first, first + visual, hidden.normed());
      block.evidence().put(evidence, states);
    } else if (evidence instanceof Evidence.VisualAttention) {
      waiting.add(evidence, attention.visual(block, x, start, visual));
    } else if (evidence instanceof Evidence.KeyCosines) {
      float[] cosines = attention.keyCosines(evidence.layer(), block, x, start, visual);
      block.evidence().put(evidence, cosines);
      work.book(block, PassWork.keys(visual).plus(model.evidence().keyCosinesWork(visual)));
    } else {
      try (Torch.Value tokens = model.evidence().rows(x, first, first + visual)) {
        float[] attention = model.evidence().meanQueryAttention(tokens, evidence.layer());
        block.evidence().put(evidence, attention);
      }
      work.book(block, PassWork.meanQuery(visual));
    }
  }

  /**
   * Takes what is there once the layers before the cut have run.
   *
   * @param index of the block among all
   */
  void complete(Evidence evidence, CutPack.Block block, int index) {
    if (evidence instanceof Evidence.Keys) {
      int slot = pack.group().visualSlot();
      block
          .evidence()
          .computeIfAbsent(
              evidence,
              key -> model.evidence().keys(block.rows().cache(), evidence.layer(), slot, visual()));
    } else if (waiting.has(evidence)) {
      AskingRows rows = waiting.of(evidence, index);
      block.evidence().put(evidence, attention.toVisual(evidence, block, rows, visual()));
      work.book(block, PassWork.attention(rows.count(), attention.slotsOfPrefix(visual())));
    }
  }
}
