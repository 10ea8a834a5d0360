package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.architecture.QFormer;
import java.util.List;

/**
 * FLOPs of a Q-Former: L layers, in l of which Q queries of width H look at T features of width C,
 * MLPs of width m, a decoder of width D.
 *
 * @param queries its dimensions
 * @param tower whose features it takes
 */
record QFormerCost(QFormer queries, TowerShape tower) implements ConnectorCost {

  @Override
  public int instruction(int tokens) {
    return queries.readsText() ? tokens : 0;
  }

  /** Keys and values of the features: 4 l T C H. */
  @Override
  public long shared() {
    long keysAndValues = Matrix.weights(seen());
    return product(2, looks(), tower.positions(), keysAndValues);
  }

  /**
   * The queries beside a question of t words, whatever the number of tokens, which a Q-Former makes
   * itself. All rows, s = Q + t: L (8 s H^2 + 4 s^2 H). The queries alone: l (4 Q H^2 + 4 Q T H),
   * MLPs 4 L Q H m, the linear layer 2 Q H D. The words' MLPs: 4 (L - 1) t H m, because the last
   * layer's words lead nowhere.
   */
  @Override
  public long own(long tokens, int words) {
    long asking = queries.queries();
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
