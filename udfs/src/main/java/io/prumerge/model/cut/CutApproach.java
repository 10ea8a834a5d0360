package io.prumerge.model.cut;

import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.DecoderEvidence;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.model.decoder.PackBlock;
import io.prumerge.model.decoder.VisualSlots;
import io.prumerge.reduction.Evidence;
import io.prumerge.torch.Torch;

/**
 * A pack on its way to its next cut, and what it takes to see evidence there.
 *
 * @param place how far it has come
 * @param attention of its prompts, in the layers on the way
 * @param waiting rows whose attention is computed once a layer has run; closed with this
 * @param work that the evidence is
 */
record CutApproach(
    LanguageModel model,
    CutPack pack,
    CutPlace place,
    CutAttention attention,
    WaitingRows waiting,
    EvidenceWork work)
    implements AutoCloseable {

  static CutApproach of(LanguageModel model, CutPack pack, CutPlace place, HeldPrefix held) {
    return new CutApproach(
        model,
        pack,
        place,
        new CutAttention(model, pack, place, held),
        new WaitingRows(),
        new EvidenceWork(pack, place));
  }

  /** Returns the functions that compute evidence. */
  DecoderEvidence evidence() {
    return model.evidence();
  }

  /** Returns the visual tokens that reach the cut. */
  int visual() {
    return place.now().visual();
  }

  /**
   * Returns hidden states of consecutive rows as a cut wants them.
   *
   * @param staying whether they outlive x
   */
  Torch.Value states(Evidence.Hidden wanted, boolean staying, Torch.Value x, int first, int end) {
    return staying && !wanted.normed()
        ? evidence().copy(x, first, end)
        : evidence().states(wanted, x, first, end);
  }

  /**
   * Returns hidden states of a block's visual tokens as a cut wants them.
   *
   * @param staying whether they outlive x
   */
  Torch.Value visualStates(
      Evidence.Hidden wanted, boolean staying, PackBlock block, Torch.Value x, int start) {
    VisualSlots slots = place.slots(block.first());
    int first = firstSlot(block, start);
    if (slots.adjacent()) {
      return states(wanted, staying, x, first + slots.first(), first + slots.end());
    }
    Torch.Value tokens = evidence().visual(x, first, slots);
    return wanted.normed() ? evidence().normed(tokens) : tokens;
  }

  /** Returns hidden states of a block's visual tokens; perhaps not copied. */
  Torch.Value visualRows(PackBlock block, Torch.Value x, int start) {
    return evidence().visual(x, firstSlot(block, start), place.slots(block.first()));
  }

  // The row of the prefix's first slot, if it had one: the system prompt's keys were copied.
  private int firstSlot(PackBlock block, int start) {
    return start + block.start() - pack.systemRows();
  }

  @Override
  public void close() {
    waiting.close();
  }
}
