package io.prumerge.model.pruning;

import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.DecoderEvidence;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.model.decoder.PackBlock;
import io.prumerge.model.decoder.VisualSlots;
import io.prumerge.reduction.Evidence;
import io.prumerge.torch.Torch;

/**
 * A pack between two cuts (pruning layers), and the inputs needed to score its visual tokens at the
 * next one.
 *
 * @param progress the stage that the pack has reached
 * @param attention of its prompts to its visual tokens
 * @param pending query rows of layers that have not run yet; closed with this
 * @param work of scoring, by question
 */
record EvidenceInputs(
    LanguageModel model,
    CutPack pack,
    PackProgress progress,
    CutAttention attention,
    PendingQueries pending,
    EvidenceWork work)
    implements AutoCloseable {

  static EvidenceInputs of(
      LanguageModel model, CutPack pack, PackProgress progress, HeldPrefix held) {
    return new EvidenceInputs(
        model,
        pack,
        progress,
        new CutAttention(model, pack, progress, held),
        new PendingQueries(),
        new EvidenceWork(pack, progress));
  }

  /** Returns the kernels that compute evidence. */
  DecoderEvidence evidence() {
    return model.evidence();
  }

  /** Returns the number of visual tokens before the next cut. */
  int visual() {
    return progress.current().visual();
  }

  /**
   * Returns hidden states of consecutive rows [end - first, D], normed where a cut asks for that.
   *
   * @param staying whether they outlive x
   */
  Torch.Value states(Evidence.Hidden wanted, boolean staying, Torch.Value x, int first, int end) {
    return staying && !wanted.normed()
        ? evidence().copy(x, first, end)
        : evidence().states(wanted, x, first, end);
  }

  /**
   * Returns hidden states of a block's visual tokens [visual, D], normed where a cut asks for that.
   *
   * @param staying whether they outlive x
   */
  Torch.Value visualStates(
      Evidence.Hidden wanted, boolean staying, PackBlock block, Torch.Value x, int start) {
    VisualSlots slots = progress.slots(block.first());
    int first = firstSlot(block, start);
    if (slots.adjacent()) {
      return states(wanted, staying, x, first + slots.first(), first + slots.end());
    }
    Torch.Value tokens = evidence().visual(x, first, slots);
    return wanted.normed() ? evidence().normed(tokens) : tokens;
  }

  /** Returns hidden states of a block's visual tokens [visual, D]; perhaps not copied. */
  Torch.Value visualRows(PackBlock block, Torch.Value x, int start) {
    return evidence().visual(x, firstSlot(block, start), progress.slots(block.first()));
  }

  // The row of the prefix's first slot, if it had one: the system prompt's keys were copied.
  private int firstSlot(PackBlock block, int start) {
    return start + block.start() - pack.systemRows();
  }

  @Override
  public void close() {
    pending.close();
  }
}
