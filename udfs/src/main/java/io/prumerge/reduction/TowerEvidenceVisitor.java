package io.prumerge.reduction;

/**
 * What is made of each kind of evidence that the tower and the connector give: a new kind is to be
 * answered for here.
 *
 * @param <T> what it is
 */
public interface TowerEvidenceVisitor<T> {
  T fullWidthAttention(TowerEvidence.FullWidthAttention attention);

  T classAttention(TowerEvidence.ClassAttention attention);

  T patchAttention(TowerEvidence.PatchAttention attention);

  T columnAttention(TowerEvidence.ColumnAttention attention);

  T keyProducts(TowerEvidence.KeyProducts products);

  T headMeanKeys(TowerEvidence.HeadMeanKeys keys);

  T features(TowerEvidence.Features features);

  T projected(TowerEvidence.Projected projected);

  T smallImage(TowerEvidence.SmallImage image);

  T loadings(TowerEvidence.Loadings loadings);

  T cosines(TowerEvidence.Cosines cosines);

  T transportKernel(TowerEvidence.TransportKernel kernel);

  T sequenceCosines(TowerEvidence.SequenceCosines cosines);

  T sequenceKernel(TowerEvidence.SequenceKernel kernel);

  T approximationErrors(TowerEvidence.ApproximationErrors errors);

  T earlierCosines(TowerEvidence.EarlierCosines cosines);

  T centreScores(TowerEvidence.CentreScores scores);

  T meanDistances(TowerEvidence.MeanDistances distances);

  /** Of what a question's text or a CLIP model takes part in: {@link TextEvidenceVisitor}. */
  T ofText(TowerEvidence.OfText evidence);
}
