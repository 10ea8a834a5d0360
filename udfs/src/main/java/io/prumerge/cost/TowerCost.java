package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.reduction.TowerTokens;
import java.util.List;

/** FLOPs of a vision tower over one view of an image, as {@link CostModel} counts. */
public record TowerCost(TowerShape shape) {

  /** The tower only as deep as the features need. */
  public long features() {
    return layers(shape.featureDepth());
  }

  /** The embedding of the patches and so many layers behind it. */
  public long layers(int layers) {
    return over(shape.patches(), layers);
  }

  /** The tower over an image of other size, with so many patches, as deep as the features need. */
  long small(int patches) {
    return over(patches, shape.featureDepth());
  }

  private long over(int patches, int layers) {
    long positions = shape.positions(patches);
    return sum(
        product(2, patches, shape.patchEmbedding().weights()),
        product(layers, layer(positions, positions)));
  }

  /** One encoder layer over all T positions. */
  long layer() {
    return layer(shape.positions(), shape.positions());
  }

  /**
   * One encoder layer: q, k, v, o 8 t C^2 and 4 t^2 C of attention, for t positions; MLP 4 t C m,
   * for those left there.
   */
  private long layer(long attention, long mlp) {
    return sum(
        product(2, attention, Matrix.weights(shape.attentionMatrices())),
        product(4, attention, attention, shape.width()),
        product(2, mlp, Matrix.weights(shape.mlpMatrices())));
  }

  /**
   * The tower for one method alone, which may see smaller images, or drop tokens inside it, over
   * all views of an image.
   */
  public long of(ImageWork work) {
    return sum(work.views().stream().mapToLong(this::of).toArray());
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
   * The layers that run for one method by itself, over all views of an image; 0 for a method behind
   * the tower.
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
}
