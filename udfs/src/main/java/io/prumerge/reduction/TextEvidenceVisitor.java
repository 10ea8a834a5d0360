package io.prumerge.reduction;

/**
 * What is made of each kind of evidence of a question's text or a CLIP model.
 *
 * @param <T> what it is
 */
public interface TextEvidenceVisitor<T> {
  T wordCosines(TowerEvidence.WordCosines cosines);

  T promptCosines(TowerEvidence.PromptCosines cosines);

  T clipPatches(TowerEvidence.ClipPatches patches);

  T clipProducts(TowerEvidence.ClipProducts products);
}
