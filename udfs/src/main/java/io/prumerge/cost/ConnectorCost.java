package io.prumerge.cost;

import static io.prumerge.cost.Exact.sum;

import io.prumerge.architecture.QFormer;
import io.prumerge.architecture.RowConnector;

/** FLOPs of a connector over one view of an image, as {@link CostModel} counts. */
public sealed interface ConnectorCost permits RowConnectorCost, QFormerCost {

  /** The cost of a model's connector. */
  static ConnectorCost of(ModelShape shape) {
    return shape.connector() instanceof QFormer queries
        ? new QFormerCost(queries, shape.tower())
        : new RowConnectorCost((RowConnector) shape.connector(), shape.tower());
  }

  /** The tower whose features it takes. */
  TowerShape tower();

  /** The tokens that it reads of a question of so many tokens. */
  int instruction(int tokens);

  /** What all questions about an image share. */
  long shared();

  /**
   * What is beside that.
   *
   * @param rows tokens that reach it, one for each row of the features that was kept
   * @param instruction tokens of the question that it reads
   */
  long own(long rows, int instruction);

  /** Both together. */
  default long of(long rows, int instruction) {
    return sum(shared(), own(rows, instruction));
  }

  /**
   * What one method sends through it of all views of an image, its tokens or all patches, beside
   * the question that it reads.
   */
  default long of(ImageWork work) {
    return sum(
        work.views().stream()
            .mapToLong(view -> view.projectsAll() ? tower().patches() : view.tokens())
            .map(rows -> of(rows, work.instruction()))
            .toArray());
  }
}
