package io.prumerge.model.cut;

import io.prumerge.model.decoder.CutPack;
import io.prumerge.model.decoder.DecoderEvidence;
import io.prumerge.model.decoder.LanguageModel;

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

  /** What computes evidence. */
  DecoderEvidence evidence() {
    return model.evidence();
  }

  /** Visual tokens that reach the cut. */
  int visual() {
    return place.now().visual();
  }

  @Override
  public void close() {
    waiting.close();
  }
}
