package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.reduction.TowerEvidence;

/**
 * FLOPs of reducing an image's tokens before the decoder, as {@link CostModel} counts. With N
 * patches, tower width C, feature width F, m kept tokens of which each has k neighbours merged in.
 */
public record ReductionCost(ModelShape shape) {

  /**
   * The least that a method's evidence, selection and merging need beyond the tower's features, in
   * all views of an image; 0 for a method that looks at nothing. Reading another method's count
   * ({@code tokens=@prumerge}) serves a control experiment and is not part of the method, so it is
   * not counted. Projected patches are counted by {@link ConnectorCost#of(ImageWork)}, the tower
   * over a smaller image by {@link TowerCost#of(ImageWork)}.
   *
   * <p>Evidence of a text costs what {@link TextCost} says, that of the image what {@link
   * TowerEvidenceCost} says. The official PruMerge spends more: the whole last layer and its full
   * score matrix.
   */
  public long of(ImageWork work) {
    return sum(work.views().stream().mapToLong(this::of).toArray());
  }

  /** The same for one view. */
  public long of(ReductionWork work) {
    TowerEvidenceCost evidence = new TowerEvidenceCost(shape);
    return sum(
        selection(work),
        work.textFlops(),
        sum(
            work.evidence().stream()
                .filter(piece -> !(piece instanceof TowerEvidence.Projected))
                .filter(piece -> !(piece instanceof TowerEvidence.SmallImage))
                .mapToLong(evidence::of)
                .toArray()));
  }

  /**
   * What a method makes of the tokens of all views of an image: merging, the summary token, other
   * sums, and all that it looks at and merges inside the tower.
   */
  public long selection(ImageWork work) {
    return sum(work.views().stream().mapToLong(this::selection).toArray());
  }

  private long selection(ReductionWork work) {
    InTowerCost inside = new InTowerCost(shape.tower());
    return sum(
        merging(work),
        summary(work),
        product(2, work.products()),
        work.tower().map(inside::of).orElse(0L));
  }

  /**
   * PruMerge's merging in one view: normalised keys 3 N C, cosines 2 m (N - 1) C, weighted sums 2 m
   * k F; 0 where nothing is merged.
   */
  public long merging(ReductionWork work) {
    TowerShape tower = shape.tower();
    return work.neighbours() == 0
        ? 0
        : sum(
            product(3, tower.patches(), tower.width()),
            product(2, work.kept(), tower.patches() - 1L, tower.width()),
            product(2, work.kept(), work.neighbours(), tower.featureWidth()));
  }

  /** The weighted sum of what was not kept of one view: 2 (N - m) F; 0 without a summary token. */
  public long summary(ReductionWork work) {
    TowerShape tower = shape.tower();
    return work.summary()
        ? product(2, tower.patches() - (long) work.kept(), tower.featureWidth())
        : 0;
  }
}
