package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerEvidenceVisitor;

/**
 * FLOPs of what reduction methods look at in one view of an image, without what it is computed
 * from, as {@link CostModel} counts. With N patches that methods see, T positions, tower width C,
 * feature width F; W is the width of what is compared.
 */
public record TowerEvidenceCost(CostModel model) implements TowerEvidenceVisitor<Long> {

  /** Returns the FLOPs of one piece of evidence. */
  public long of(TowerEvidence evidence) {
    return evidence.accept(this);
  }

  private long patches() {
    return model.seen();
  }

  private TowerShape tower() {
    return model.shape().tower();
  }

  private long decoderWidth() {
    return model.shape().decoder().width();
  }

  /** {@link #scoring} and the encoder layers of {@link #layersToScores}. */
  @Override
  public Long fullWidthAttention(TowerEvidence.FullWidthAttention attention) {
    return sum(product(layersToScores(), model.tower().layer()), scoring());
  }

  /** In a layer that runs for the features, where queries and keys are at hand: 2 T C. */
  @Override
  public Long classAttention(TowerEvidence.ClassAttention attention) {
    return product(2, tower().positions(), tower().width());
  }

  /** 2 N C. */
  @Override
  public Long patchAttention(TowerEvidence.PatchAttention attention) {
    return product(2, tower().rows(tower().patches()), tower().width());
  }

  /** 2 T^2 C. */
  @Override
  public Long columnAttention(TowerEvidence.ColumnAttention attention) {
    return product(2, tower().positions(), tower().positions(), tower().width());
  }

  /** 2 N^2 C. */
  @Override
  public Long keyProducts(TowerEvidence.KeyProducts products) {
    return product(2, patches(), patches(), tower().width());
  }

  /** Nothing. */
  @Override
  public Long headMeanKeys(TowerEvidence.HeadMeanKeys keys) {
    return 0L;
  }

  /** Nothing. */
  @Override
  public Long features(TowerEvidence.Features features) {
    return 0L;
  }

  /** The connector over all patches of the tower. */
  @Override
  public Long projected(TowerEvidence.Projected projected) {
    return model.connector().of(tower().patches(), 0);
  }

  /** The tower over it. */
  @Override
  public Long smallImage(TowerEvidence.SmallImage image) {
    return model.tower().over(image.ownRun().orElseThrow());
  }

  /** The covariances 2 N^2 F. */
  @Override
  public Long loadings(TowerEvidence.Loadings loadings) {
    return product(2, patches(), patches(), tower().features().width());
  }

  /** Normalisation 3 N W, products 2 N^2 W; of blocks' features, of a block's mean patch. */
  @Override
  public Long cosines(TowerEvidence.Cosines cosines) {
    return switch (cosines) {
      case OF_FEATURES -> cosines(patches(), tower().featureWidth());
      case OF_PROJECTED, DAMPED_OF_PROJECTED -> cosines(patches(), decoderWidth());
    };
  }

  /** As the cosines, and products 2 N^3. */
  @Override
  public Long transportKernel(TowerEvidence.TransportKernel kernel) {
    return transportKernel(patches());
  }

  /** As {@link #cosines(TowerEvidence.Cosines)}, of its rows. */
  @Override
  public Long sequenceCosines(TowerEvidence.SequenceCosines cosines) {
    return cosines(cosines.rows(), decoderWidth());
  }

  /** As {@link #transportKernel(TowerEvidence.TransportKernel)}, of its rows. */
  @Override
  public Long sequenceKernel(TowerEvidence.SequenceKernel kernel) {
    return transportKernel(kernel.rows());
  }

  /**
   * Of a basis of k rows: distances 3 k N W, products 2 k (k + N) W, points 2 k (k + W) N, their
   * distances 3 N W.
   */
  @Override
  public Long approximationErrors(TowerEvidence.ApproximationErrors errors) {
    long width =
        switch (errors.stage()) {
          case BEFORE_CONNECTOR -> tower().featureWidth();
          case AFTER_CONNECTOR -> decoderWidth();
        };
    long basis = errors.basisOf(Math.toIntExact(patches()));
    return sum(
        product(3, basis, patches(), width),
        product(2, basis, basis + patches(), width),
        product(2, basis, basis + width, patches()),
        product(3, patches(), width));
  }

  /** Normalisation 6 N W, products 2 N W. */
  @Override
  public Long earlierCosines(TowerEvidence.EarlierCosines cosines) {
    return product(8, patches(), decoderWidth());
  }

  /**
   * Of R rows of all views: variances 4 R W; of W / 2 channels normalisation 3, means 2 and
   * distances 6 a value.
   */
  @Override
  public Long centreScores(TowerEvidence.CentreScores scores) {
    long rows = product(scores.views(), patches());
    return sum(product(4, rows, decoderWidth()), product(11, rows, decoderWidth() / 2));
  }

  /** Of m means over V views: the means (V + 1) m W, distances 3 m^2 W. */
  @Override
  public Long meanDistances(TowerEvidence.MeanDistances distances) {
    long means = distances.patches().size();
    return sum(
        product(distances.views() + 1L, means, decoderWidth()),
        product(3, means, means, decoderWidth()));
  }

  /** Nothing: {@link TextCost} counts it. */
  @Override
  public Long ofText(TowerEvidence.OfText evidence) {
    return 0L;
  }

  private static long cosines(long rows, long width) {
    return sum(product(3, rows, width), product(2, rows, rows, width));
  }

  private long transportKernel(long rows) {
    return sum(cosines(rows, decoderWidth()), product(2, rows, rows, rows));
  }

  /** Returns the encoder layers between the features and the last layer's input. */
  public int layersToScores() {
    return Math.max(0, tower().layers() - 1 - tower().features().depth());
  }

  /** Returns the last layer's keys 2 T C^2, its CLS query 2 C^2 and the CLS row of scores 2 T C. */
  public long scoring() {
    long positions = tower().positions();
    long width = tower().width();
    return sum(
        product(2, positions, width, width),
        product(2, width, width),
        product(2, positions, width));
  }
}
