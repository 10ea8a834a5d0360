package io.prumerge.model.text;

import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.torch.Torch;

/** Computes what depends on a question's text or on a CLIP model. */
public interface TextReader {

  /** For an image that nobody asks about. */
  TextReader NONE =
      (evidence, question, source) -> {
        throw new ReductionException(
            "Cannot choose tokens by the question's text without a question; ask one");
      };

  /**
   * Computes one piece of evidence.
   *
   * @param question empty where the evidence is not about it
   * @param source what it is computed from
   * @throws ReductionException if there is no such CLIP model, or it does not fit
   */
  TextEvidence read(TowerEvidence.OfText evidence, String question, Torch.Value source);
}
