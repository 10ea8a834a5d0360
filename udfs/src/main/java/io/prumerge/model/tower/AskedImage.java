package io.prumerge.model.tower;

import io.prumerge.model.text.TextReader;
import io.prumerge.reduction.ForwardedPatches;
import io.prumerge.reduction.InTower;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TowerEvidence;
import java.util.List;

/**
 * One view of an image beside a question: its evidence is the view's own, and what the question's
 * text shows of the patches. Closed with the view.
 */
record AskedImage(EncodedImage image, String question, TextReader reader)
    implements ForwardedPatches {

  @Override
  public List<AskedImage> views() {
    return image.views().stream().map(view -> new AskedImage(view, question, reader)).toList();
  }

  @Override
  public float[] of(TowerEvidence evidence) {
    return image.of(evidence, question, reader);
  }

  @Override
  public long textFlops(TowerEvidence.OfText evidence) {
    return image.book().textFlops(evidence, question);
  }

  @Override
  public Reduction inTower(InTower method, int tokens) {
    throw new ReductionException(
        "Cannot act inside the vision tower, which runs once for all questions, with a number of"
            + " tokens that depends on the question; give a number");
  }
}
