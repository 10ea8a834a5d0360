package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.reduction.TowerEvidence;

/**
 * FLOPs of what reduction methods look at in one view of an image, as {@link CostModel} counts.
 * With N patches that methods see, T positions, tower width C, feature width F.
 */
public record TowerEvidenceCost(CostModel model) {

  /**
   * Returns the FLOPs of one piece of evidence about an image, without what it is computed from; 0
   * for evidence of a text, which {@link TextCost} counts:
   *
   * <ul>
   *   <li>attention of CLS in a layer that runs for the features, where queries and keys are at
   *       hand: 2 T C; of all tokens: 2 T^2 C; mean keys: nothing
   *   <li>cosines of rows of width W: normalisation 3 N W, products 2 N^2 W; of features that are
   *       blocks of patches, of a block's mean patch
   *   <li>OTPrune's kernel of N rows: as their cosines, and products 2 N^3
   *   <li>errors of a basis of k rows of width W: distances 3 k N W, products 2 k (k + N) W, points
   *       2 k (k + W) N, their distances 3 N W
   *   <li>cosines of a video's view with an earlier one: normalisation 6 N W, products 2 N W
   *   <li>scores by a video's centres, of R rows of all its views: variances 4 R W; of W / 2
   *       channels normalisation 3, means 2 and distances 6 a value
   *   <li>distances of m means over V views of a video: the means (V + 1) m W, distances 3 m^2 W
   *   <li>loadings of principal components: the covariances 2 N^2 F
   *   <li>attention of CLS to the patches alone: 2 N C; products of keys: 2 N^2 C
   *   <li>a smaller image: the tower over it
   *   <li>projected patches: the connector over all patches of the tower
   *   <li>PruMerge's attention and keys: {@link #scoring} and the encoder layers of {@link
   *       #layersToScores}
   * </ul>
   */
  public long of(TowerEvidence evidence) {
    TowerShape tower = model.shape().tower();
    long positions = tower.positions();
    long patches = model.seen();
    if (evidence instanceof TowerEvidence.FullWidthAttention) {
      return sum(product(layersToScores(), model.tower().layer()), scoring());
    }
    if (evidence instanceof TowerEvidence.ClassAttention) {
      return product(2, positions, tower.width());
    }
    if (evidence instanceof TowerEvidence.ColumnAttention) {
      return product(2, positions, positions, tower.width());
    }
    if (evidence instanceof TowerEvidence.PatchAttention) {
      return product(2, tower.rows(tower.patches()), tower.width());
    }
    if (evidence instanceof TowerEvidence.KeyProducts) {
      return product(2, patches, patches, tower.width());
    }
    if (evidence instanceof TowerEvidence.SmallImage small) {
      return model.tower().over(small.patches());
    }
    if (evidence instanceof TowerEvidence.Projected) {
      return model.connector().of(tower.patches(), 0);
    }
    if (evidence instanceof TowerEvidence.Loadings) {
      return product(2, patches, patches, tower.features().width());
    }
    if (evidence instanceof TowerEvidence.Cosines cosines) {
      return switch (cosines) {
        case OF_FEATURES -> cosines(patches, tower.featureWidth());
        case OF_PROJECTED, DAMPED_OF_PROJECTED -> cosines(patches, model.shape().decoder().width());
      };
    }
    if (evidence instanceof TowerEvidence.SequenceCosines cosines) {
      return cosines(cosines.rows(), model.shape().decoder().width());
    }
    if (evidence instanceof TowerEvidence.TransportKernel) {
      return transportKernel(patches);
    }
    if (evidence instanceof TowerEvidence.SequenceKernel kernel) {
      return transportKernel(kernel.rows());
    }
    if (evidence instanceof TowerEvidence.ApproximationErrors errors) {
      return approximation(errors, patches);
    }
    if (evidence instanceof TowerEvidence.EarlierCosines) {
      return product(8, patches, model.shape().decoder().width());
    }
    if (evidence instanceof TowerEvidence.CentreScores scores) {
      long width = model.shape().decoder().width();
      long rows = product(scores.views(), patches);
      return sum(product(4, rows, width), product(11, rows, width / 2));
    }
    if (evidence instanceof TowerEvidence.MeanDistances distances) {
      long width = model.shape().decoder().width();
      long means = distances.patches().size();
      return sum(product(distances.views() + 1L, means, width), product(3, means, means, width));
    }
    return 0; // features, means of keys, texts
  }

  private static long cosines(long rows, long width) {
    return sum(product(3, rows, width), product(2, rows, rows, width));
  }

  private long transportKernel(long rows) {
    return sum(cosines(rows, model.shape().decoder().width()), product(2, rows, rows, rows));
  }

  private long approximation(TowerEvidence.ApproximationErrors errors, long patches) {
    long width =
        switch (errors.stage()) {
          case BEFORE_CONNECTOR -> model.shape().tower().featureWidth();
          case AFTER_CONNECTOR -> model.shape().decoder().width();
        };
    long basis = errors.basisOf(Math.toIntExact(patches));
    return sum(
        product(3, basis, patches, width),
        product(2, basis, basis + patches, width),
        product(2, basis, basis + width, patches),
        product(3, patches, width));
  }

  /** Returns the encoder layers between the features and the last layer's input. */
  public int layersToScores() {
    return Math.max(
        0, model.shape().tower().layers() - 1 - model.shape().tower().features().depth());
  }

  /** Returns the last layer's keys 2 T C^2, its CLS query 2 C^2 and the CLS row of scores 2 T C. */
  public long scoring() {
    long positions = model.shape().tower().positions();
    long width = model.shape().tower().width();
    return sum(
        product(2, positions, width, width),
        product(2, width, width),
        product(2, positions, width));
  }
}
