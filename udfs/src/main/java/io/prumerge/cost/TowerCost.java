package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.reduction.TowerStep;
import java.util.List;
import java.util.stream.IntStream;

/**
 * FLOPs of a vision tower over one view of an image, as {@link CostModel} counts.
 *
 * @param embedding elements of the convolution over patches
 * @param attention elements of the matrices of a layer's attention
 * @param mlp elements of those of its MLP
 */
public record TowerCost(TowerShape shape, long embedding, long attention, long mlp) {

  /** The cost of a tower of these dimensions. */
  public TowerCost(TowerShape shape) {
    this(
        shape,
        shape.patchEmbedding().weights(),
        Matrix.weights(shape.attentionMatrices()),
        Matrix.weights(shape.mlpMatrices()));
  }

  /** Returns the FLOPs of the tower only as deep as the features need. */
  public long features() {
    return layers(shape.features().depth());
  }

  /** Returns the FLOPs of the embedding of the patches and of a number of layers after it. */
  public long layers(int layers) {
    return over(shape.patches(), layers);
  }

  /**
   * Returns the FLOPs of the tower over another number of patches, of a smaller image or some of
   * this one, as deep as the features need.
   */
  long over(int patches) {
    return over(patches, shape.features().depth());
  }

  private long over(int patches, int layers) {
    long positions = shape.positions(patches);
    int windowed = shape.windowed(layers);
    return sum(
        product(2, shape.rows(patches), embedding),
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
  private long layer(long attending, long behind) {
    return layer(attending, product(attending, attending), behind);
  }

  private long layer(long attending, long pairs, long behind) {
    return sum(
        product(2, attending, attention),
        product(4, pairs, shape.width()),
        product(2, behind, mlp));
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

  /**
   * Returns the FLOPs of a number of layers over all views of an image, or the patches of these
   * that the tower runs over.
   */
  public long layers(ImageWork work, int layers) {
    return sum(
        IntStream.range(0, work.views().size())
            .mapToLong(view -> over(work, view).layers(work.views().get(view), layers))
            .toArray());
  }

  private long layers(ReductionWork work, int layers) {
    return over(work.seen().orElse(shape.patches()), layers);
  }

  /** Returns the cost of the same tower over a view of the work. */
  TowerCost over(ImageWork work, int view) {
    return new TowerCost(shape.over(work, view), embedding, attention, mlp);
  }

  private long of(ReductionWork work) {
    if (work.smallImage().isPresent()) {
      return over(work.smallImage().getAsInt());
    }
    return work.tower()
        .map(tower -> sum(layers(tower.shared()), layers(tower.ownSteps())))
        .orElseGet(() -> layers(work, shape.features().depth()));
  }

  /**
   * Returns the layers that run for one method alone, over all views of an image; 0 for a method
   * after the tower.
   */
  public long own(ImageWork work) {
    return sum(
        work.views().stream()
            .flatMap(view -> view.tower().stream())
            .mapToLong(tower -> layers(tower.ownSteps()))
            .toArray());
  }

  private long layers(List<TowerStep> steps) {
    return sum(steps.stream().mapToLong(step -> layer(step.attention(), step.mlp())).toArray());
  }
}
