package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerTokens;
import java.util.List;
import java.util.stream.IntStream;

/** FLOPs of a vision tower over one view of an image, as {@link CostModel} counts. */
public record TowerCost(TowerShape shape) {

  /** Returns the FLOPs of the tower only as deep as the features need. */
  public long features() {
    return layers(shape.features().depth());
  }

  /** Returns the embedding of the patches and so many layers behind it. */
  public long layers(int layers) {
    return over(shape.patches(), layers);
  }

  /**
   * Returns the tower over an image of other size, with so many patches, as deep as the features
   * need.
   */
  long small(int patches) {
    return over(patches, shape.features().depth());
  }

  private long over(int patches, int layers) {
    long positions = shape.positions(patches);
    int windowed = shape.windowed(layers);
    return sum(
        product(2, shape.rows(patches), shape.patchEmbedding().weights()),
        product(layers - windowed, layer(positions, positions)),
        windowed == 0 ? 0 : product(windowed, layer(positions, shape.windowPairs(), positions)));
  }

  /** Returns one encoder layer over all T positions. */
  long layer() {
    return layer(shape.positions(), shape.positions());
  }

  /**
   * Returns one encoder layer: q, k, v, o 8 t C^2 and 4 t^2 C of attention, for t positions, or of
   * each window's; MLP 4 t C m, or 6 with a gate, for those left there.
   */
  private long layer(long attention, long mlp) {
    return layer(attention, product(attention, attention), mlp);
  }

  private long layer(long attention, long pairs, long mlp) {
    return sum(
        product(2, attention, Matrix.weights(shape.attentionMatrices())),
        product(4, pairs, shape.width()),
        product(2, mlp, Matrix.weights(shape.mlpMatrices())));
  }

  /**
   * Returns the tower for one method alone, which may see smaller images, or drop tokens inside it,
   * over all views of an image.
   */
  public long of(ImageWork work) {
    return sum(
        IntStream.range(0, work.views().size())
            .mapToLong(view -> over(work, view).of(work.views().get(view)))
            .toArray());
  }

  /** Returns so many layers over all views of an image, as {@link #layers(int)}. */
  public long layers(ImageWork work, int layers) {
    return sum(
        IntStream.range(0, work.views().size())
            .mapToLong(view -> over(work, view).layers(layers))
            .toArray());
  }

  private TowerCost over(ImageWork work, int view) {
    return new TowerCost(shape.over(work, view));
  }

  private long of(ReductionWork work) {
    if (work.smallImage().isPresent()) {
      return small(work.smallImage().getAsInt());
    }
    return work.tower()
        .map(tower -> sum(layers(tower.shared()), layers(tower.own())))
        .orElseGet(this::features);
  }

  /**
   * Returns the layers that run for one method alone, over all views of an image; 0 for a method
   * behind the tower.
   */
  public long own(ImageWork work) {
    return sum(
        work.views().stream()
            .flatMap(view -> view.tower().stream())
            .mapToLong(tower -> layers(tower.own()))
            .toArray());
  }

  private long layers(List<TowerTokens.Step> steps) {
    return sum(steps.stream().mapToLong(step -> layer(step.attention(), step.mlp())).toArray());
  }

  /**
   * FLOPs of what reduction methods look at in one view of an image, as {@link CostModel} counts.
   * With N patches, T positions, tower width C, feature width F.
   */
  public record TowerEvidenceCost(ModelShape shape) {

    /**
     * Returns the FLOPs of one piece of evidence about an image, without what it is computed from;
     * 0 for evidence of a text, which {@link TextCost} counts:
     *
     * <ul>
     *   <li>attention of CLS in a layer that runs for the features, where queries and keys are at
     *       hand: 2 T C; of all tokens: 2 T^2 C; mean keys: nothing
     *   <li>cosines of rows of width W: normalisation 3 N W, products 2 N^2 W; of features that are
     *       blocks of patches, of a block's mean patch
     *   <li>loadings of principal components: the covariances 2 N^2 F
     *   <li>attention of CLS to the patches alone: 2 N C; products of keys: 2 N^2 C
     *   <li>a smaller image: the tower over it
     *   <li>projected patches: the connector over N
     *   <li>PruMerge's attention and keys: {@link #scoring} and the encoder layers of {@link
     *       #layersToScores}
     * </ul>
     */
    public long of(TowerEvidence evidence) {
      TowerShape tower = shape.tower();
      long positions = tower.positions();
      long patches = tower.patches();
      if (evidence instanceof TowerEvidence.FullWidthAttention) {
        return sum(product(layersToScores(), new TowerCost(tower).layer()), scoring());
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
        return new TowerCost(tower).small(small.patches());
      }
      if (evidence instanceof TowerEvidence.Projected) {
        return ConnectorCost.of(shape).of(patches, 0);
      }
      if (evidence instanceof TowerEvidence.Loadings) {
        return product(2, patches, patches, tower.features().width());
      }
      if (evidence instanceof TowerEvidence.Cosines cosines) {
        return switch (cosines) {
          case OF_FEATURES -> cosines(patches, tower.featureWidth());
          case OF_PROJECTED -> cosines(patches, shape.decoder().width());
        };
      }
      if (evidence instanceof TowerEvidence.SequenceCosines cosines) {
        return cosines(cosines.rows(), shape.decoder().width());
      }
      return 0; // features, means of keys, texts
    }

    private static long cosines(long rows, long width) {
      return sum(product(3, rows, width), product(2, rows, rows, width));
    }

    /** Returns the encoder layers between the features and the last layer's input. */
    public int layersToScores() {
      return Math.max(0, shape.tower().layers() - 1 - shape.tower().features().depth());
    }

    /**
     * Returns the last layer's keys 2 T C^2, its CLS query 2 C^2 and the CLS row of scores 2 T C.
     */
    public long scoring() {
      long positions = shape.tower().positions();
      long width = shape.tower().width();
      return sum(
          product(2, positions, width, width),
          product(2, width, width),
          product(2, positions, width));
    }
  }
}
