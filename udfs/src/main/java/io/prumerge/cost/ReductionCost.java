package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.reduction.InTower;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerTokens;

/** FLOPs of reducing an image's tokens before the decoder, as {@link CostModel} counts. */
public record ReductionCost(CostModel model) {

  private ModelShape shape() {
    return model.shape();
  }

  /**
   * The least that a method's evidence, selection and merging need beyond {@link
   * CostModel#vision()}; 0 for a method that looks at nothing. Reading another method's count
   * ({@code tokens=@prumerge}) serves a control experiment and is not part of the method, so it is
   * not counted. Projected patches are counted by {@link CostModel#projector(ReductionWork)}, the
   * tower over a smaller image by {@link CostModel#vision(ReductionWork)}.
   *
   * <p>Evidence of a text costs what {@link TextCost} says.
   *
   * <p>With T = N + 1 positions, width C, feature width F, m kept tokens of which each has k
   * neighbours merged in, for PruMerge:
   *
   * <ul>
   *   <li>scoring: the last layer's keys 2 T C^2, its CLS query 2 C^2, the CLS row of scores 2 T C
   *   <li>merging: key normalisation 3 N C, cosines 2 m (N - 1) C, weighted sums 2 m k F
   *   <li>summary token: 2 (N - m) F
   * </ul>
   *
   * Where the features end below the last layer's input, the encoder layers between count too. The
   * official code spends more: the whole last layer and its full score matrix.
   */
  public long of(ReductionWork work) {
    long flops = sum(selection(work), work.textFlops());
    for (TowerEvidence evidence : work.evidence()) {
      if (!(evidence instanceof TowerEvidence.Projected
          || evidence instanceof TowerEvidence.SmallImage)) {
        flops = sum(flops, evidence(evidence));
      }
    }
    return flops;
  }

  /** The same for all views of an image. */
  public long of(ImageWork work) {
    return sum(work.views().stream().mapToLong(this::of).toArray());
  }

  /** As {@link #selection(ReductionWork)} for all views of an image. */
  public long selection(ImageWork work) {
    return sum(work.views().stream().mapToLong(this::selection).toArray());
  }

  /**
   * One piece of evidence about an image, without what it is computed from; 0 for evidence of a
   * text, which {@link TextCost} counts:
   *
   * <ul>
   *   <li>attention of CLS in a layer that runs for the features, where queries and keys are at
   *       hand: 2 T C; of all tokens: 2 T^2 C; mean keys: nothing
   *   <li>cosines of rows of width W: normalisation 3 N W, products 2 N^2 W
   *   <li>loadings of principal components: the covariances 2 N^2 F
   *   <li>attention of CLS to the patches alone: 2 N C; products of keys: 2 N^2 C
   *   <li>a smaller image: the tower over it
   *   <li>projected patches: {@link CostModel#projector(int)} of N
   *   <li>PruMerge's attention and keys: see {@link #of}
   * </ul>
   */
  public long evidence(TowerEvidence evidence) {
    ModelShape.Vision vision = shape().vision();
    long positions = vision.positions();
    if (evidence instanceof TowerEvidence.FullWidthAttention) {
      return sum(product(layersToScores(), model.visionLayer()), scoring());
    }
    if (evidence instanceof TowerEvidence.ClassAttention) {
      return product(2, positions, vision.width());
    }
    if (evidence instanceof TowerEvidence.ColumnAttention) {
      return product(2, product(positions, positions), vision.width());
    }
    if (evidence instanceof TowerEvidence.PatchAttention) {
      return product(2, vision.patches(), vision.width());
    }
    if (evidence instanceof TowerEvidence.KeyProducts) {
      return product(2, product(vision.patches(), vision.patches()), vision.width());
    }
    if (evidence instanceof TowerEvidence.SmallImage small) {
      return model.smallVision(small.patches());
    }
    if (evidence instanceof TowerEvidence.Projected) {
      return model.projector(vision.patches());
    }
    if (evidence instanceof TowerEvidence.Loadings) {
      return product(2, vision.patches(), vision.patches(), vision.featureWidth());
    }
    if (evidence instanceof TowerEvidence.Cosines cosines) {
      return switch (cosines) {
        case OF_FEATURES -> cosines(vision.featureWidth());
        case OF_PROJECTED -> cosines(shape().text().width());
      };
    }
    return 0; // features, means of keys, texts
  }

  private long cosines(long width) {
    long patches = shape().vision().patches();
    return sum(product(3, patches, width), product(2, product(patches, patches), width));
  }

  /**
   * What a method makes of an image's tokens: merging, the summary token, other sums, and all that
   * it looks at and merges inside the tower.
   */
  public long selection(ReductionWork work) {
    return sum(
        merging(work),
        summary(work),
        product(2, work.products()),
        work.tower().map(this::inTower).orElse(0L));
  }

  /**
   * What a method sees of the tower's layers, and the means that it makes there. With t positions,
   * of which n are patches, t - 1 or, without a class token, t, heads of width h, width C:
   *
   * <ul>
   *   <li>attention of CLS, products of its value with all values: 2 t C each; norms: nothing
   *   <li>matches: normalised keys 3 n h, cosines 2 floor(n / 2) ceil(n / 2) h
   *   <li>means of s patches in all: 2 s C
   * </ul>
   */
  private long inTower(TowerTokens tower) {
    ModelShape.Vision vision = shape().vision();
    long flops = 0;
    for (TowerTokens.Step step : tower.steps()) {
      for (InTower.View view : step.seen()) {
        flops = sum(flops, view(view, step.attention()));
      }
      flops = sum(flops, product(2, step.summed(), vision.width()));
    }
    return flops;
  }

  private long view(InTower.View view, long positions) {
    ModelShape.Vision vision = shape().vision();
    long patches = positions - vision.kind().classTokens();
    long head = vision.width() / vision.heads();
    return switch (view) {
      case CLASS_ATTENTION, CLASS_VALUES -> product(2, positions, vision.width());
      case VALUE_NORMS -> 0;
      case MATCHES ->
          sum(product(3, patches, head), product(2, patches / 2, patches - patches / 2, head));
    };
  }

  /** Encoder layers between the features and the last layer's input. */
  public int layersToScores() {
    ModelShape.Vision vision = shape().vision();
    return Math.max(0, vision.layers() - 1 - vision.featureDepth());
  }

  /** The last layer's keys, its CLS query and the CLS row of scores. */
  public long scoring() {
    long positions = shape().vision().positions();
    long width = shape().vision().width();
    return sum(
        product(2, positions, width, width),
        product(2, width, width),
        product(2, positions, width));
  }

  /** Normalised keys, cosines and weighted sums; 0 where nothing is merged. */
  public long merging(ReductionWork work) {
    ModelShape.Vision vision = shape().vision();
    return work.neighbours() == 0
        ? 0
        : sum(
            product(3, vision.patches(), vision.width()),
            product(2, work.kept(), vision.patches() - 1L, vision.width()),
            product(2, work.kept(), work.neighbours(), vision.featureWidth()));
  }

  /** The weighted sum of what was not kept. */
  public long summary(ReductionWork work) {
    ModelShape.Vision vision = shape().vision();
    return work.summary()
        ? product(2, vision.patches() - (long) work.kept(), vision.featureWidth())
        : 0;
  }
}
