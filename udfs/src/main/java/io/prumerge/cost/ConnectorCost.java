package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.architecture.QFormer;
import io.prumerge.architecture.RowConnector;
import java.util.List;
import java.util.stream.IntStream;

/** FLOPs of a connector over one view of an image, as {@link CostModel} counts. */
public sealed interface ConnectorCost {

  /** Returns the cost of a model's connector. */
  static ConnectorCost of(ModelShape shape) {
    return shape.connector() instanceof QFormer queries
        ? new QFormerCost(queries, shape.tower())
        : new RowConnectorCost((RowConnector) shape.connector(), shape.tower());
  }

  /** Returns the tower whose features it takes. */
  TowerShape tower();

  /** Returns the tokens that it reads of a question of so many tokens. */
  int instruction(int tokens);

  /** Returns what all questions about an image share. */
  long shared();

  /**
   * Returns the FLOPs of all else.
   *
   * @param rows tokens that reach it, one for each row of the features that was kept
   * @param instruction tokens of the question that it reads
   */
  long own(long rows, int instruction);

  /** Returns both together. */
  default long of(long rows, int instruction) {
    return sum(shared(), own(rows, instruction));
  }

  /**
   * Returns what one method sends through it of all views of an image, its tokens or all patches,
   * beside the question that it reads.
   */
  default long of(ImageWork work) {
    return sum(
        IntStream.range(0, work.views().size())
            .mapToLong(
                view ->
                    work.views().get(view).projectsAll()
                        ? tower().over(work, view).patches()
                        : work.views().get(view).tokens())
            .map(rows -> of(rows, work.instruction()))
            .toArray());
  }

  /**
   * FLOPs of a connector that takes features row by row and reads no question; of two layers 2 n (F
   * D + D^2), for n rows of width F and a decoder of width D.
   *
   * @param connector its dimensions
   * @param tower whose features it takes
   */
  record RowConnectorCost(RowConnector connector, TowerShape tower) implements ConnectorCost {

    @Override
    public int instruction(int tokens) {
      return 0;
    }

    @Override
    public long shared() {
      return 0;
    }

    @Override
    public long own(long rows, int instruction) {
      return product(2, rows, Matrix.weights(Matrix.of(connector.layers())));
    }
  }

  /**
   * FLOPs of a Q-Former: L layers, in l of which Q queries of width H look at T features of width
   * C, MLPs of width m, a decoder of width D.
   *
   * @param queries its dimensions
   * @param tower whose features it takes
   */
  record QFormerCost(QFormer queries, TowerShape tower) implements ConnectorCost {

    @Override
    public int instruction(int tokens) {
      return queries.readsText() ? tokens : 0;
    }

    /** Returns the keys and values of the features: 4 l T C H. */
    @Override
    public long shared() {
      long keysAndValues = Matrix.weights(seen());
      return product(2, looks(), tower.positions(), keysAndValues);
    }

    /**
     * Returns the queries beside a question of t words, whatever the number of tokens, which a
     * Q-Former makes itself. All rows, s = Q + t: L (8 s H^2 + 4 s^2 H). The queries alone: l (4 Q
     * H^2 + 4 Q T H), MLPs 4 L Q H m, the linear layer 2 Q H D. The words' MLPs: 4 (L - 1) t H m,
     * because the last layer's words lead nowhere.
     */
    @Override
    public long own(long tokens, int words) {
      long asking = queries.queries().count();
      long rows = sum(asking, words);
      long layers = queries.layers();
      long mlp = Matrix.weights(Matrix.of(queries.queryMlp(0)));
      long own = Matrix.weights(Matrix.of(queries.attention(0)));
      long looking = Matrix.weights(Matrix.of(queries.look(0))) - Matrix.weights(seen());
      return sum(
          product(layers, sum(product(2, rows, own), product(4, product(rows, rows), hidden()))),
          product(
              looks(),
              sum(
                  product(2, asking, looking),
                  product(4, product(asking, tower.positions()), hidden()))),
          product(2, sum(product(layers, asking), product(layers - 1, words)), mlp),
          product(2, asking, Matrix.weights(Matrix.of(queries.ends()))));
    }

    private long hidden() {
      return queries.hidden();
    }

    private long looks() {
      return queries.looking().count();
    }

    // Of a layer's attention to the features, what runs over these.
    private List<Matrix> seen() {
      return Matrix.of(queries.look(0)).stream()
          .filter(matrix -> matrix.name().equals("key") || matrix.name().equals("value"))
          .toList();
    }
  }
}
