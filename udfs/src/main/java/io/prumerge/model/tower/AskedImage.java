package io.prumerge.model.tower;

import io.prumerge.model.text.TextReader;
import io.prumerge.reduction.ForwardedPatches;
import io.prumerge.reduction.InTower;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TowerEvidence;

/**
 * One image beside a question: its evidence is the image's own, and what the question's text shows
 * of the patches. Closed with the image.
 */
record AskedImage(EncodedImage image, String question, TextReader reader)
    implements ForwardedPatches {

  @Override
  public float[] of(TowerEvidence evidence) {
    return image.of(evidence, question, reader);
  }

  @Override
  public long textFlops(TowerEvidence.OfText evidence) {
    return image.textFlops(evidence, question);
  }

  @Override
  public Reduction inTower(InTower method, int tokens) {
    throw new ReductionException(
        "Cannot act inside the vision tower, which runs once for all questions, with a number of"
            + " tokens that depends on the question; give a number");
  }
}
