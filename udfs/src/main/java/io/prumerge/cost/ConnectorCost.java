package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.architecture.Connector;
import io.prumerge.architecture.ConnectorCases;
import io.prumerge.architecture.PerceiverResampler;
import io.prumerge.architecture.QFormer;
import io.prumerge.architecture.Resampler;
import io.prumerge.architecture.RowConnector;
import java.util.List;
import java.util.stream.IntStream;

/** FLOPs of a connector over one view of an image, as {@link CostModel} counts. */
public sealed interface ConnectorCost {

  /** Returns the cost of a model's connector. */
  static ConnectorCost of(ModelShape shape) {
    TowerShape tower = shape.tower();
    Connector connector = shape.connector();
    return connector.match(
        new ConnectorCases<>(
            rows -> RowConnectorCost.of(rows, tower),
            queries -> new QFormerCost(queries, tower),
            resampler -> new ResamplerCost(resampler, tower),
            latents -> new PerceiverCost(latents, tower)));
  }

  /** Returns whether a matrix of a resampler's layer runs over the features, too. */
  static boolean sees(Matrix matrix) {
    return matrix.name().equals("k_proj") || matrix.name().equals("v_proj");
  }

  /** Returns the tower whose features it takes. */
  TowerShape tower();

  /** Returns how many tokens of a question of {@code tokens} it reads; most read none. */
  default int instruction(int tokens) {
    return 0;
  }

  /** Returns the FLOPs that all questions about an image share, apart from each one's own rows. */
  default long shared() {
    return 0;
  }

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
   * Returns the FLOPs of what one method sends through it of all views of an image, its tokens or
   * all patches, with the question that it reads.
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
   * @param weights elements of its matrices
   * @param tower whose features it takes
   */
  record RowConnectorCost(long weights, TowerShape tower) implements ConnectorCost {

    static RowConnectorCost of(RowConnector connector, TowerShape tower) {
      return new RowConnectorCost(
          connector.blocks().stream().mapToLong(b -> Matrix.weights(Matrix.of(b))).sum(), tower);
    }

    @Override
    public long own(long rows, int instruction) {
      return product(2, rows, weights);
    }
  }

  /**
   * FLOPs of a resampler: Q queries of width D look at T features of width C once.
   *
   * @param queries its dimensions
   * @param tower whose features it takes
   */
  record ResamplerCost(Resampler queries, TowerShape tower) implements ConnectorCost {

    /**
     * Returns the FLOPs of images that have {@code rows} rows together. Of each, 2 T C D, unless C
     * is D, for the features; 4 T D^2 for keys and values; 2 Q D^2 each for what asks, for what
     * attention made and for the last matrix; 4 Q T D for the attention.
     */
    @Override
    public long own(long rows, int instruction) {
      long seen = tower.positions();
      return product(
          rows / queries.count(),
          sum(
              product(2, seen, Matrix.weights(Matrix.of(queries.seen()))),
              product(2, queries.count(), Matrix.weights(Matrix.of(queries.asking()))),
              product(4, product(queries.count(), seen), queries.width())));
    }
  }

  /**
   * FLOPs of a resampler, and of the keys and values that it makes for the decoder's blocks: L
   * latents and T features of width C, n layers with attention of width A.
   *
   * @param latents its dimensions
   * @param tower whose features it takes
   */
  record PerceiverCost(PerceiverResampler latents, TowerShape tower) implements ConnectorCost {

    /**
     * Returns the FLOPs of images that have {@code rows} latents together. Of each, n (4 (T + L) C
     * A + 4 L C A + 4 L (T + L) A + 16 L C^2), and of the keys and values 4 L C D for each block of
     * a decoder of width D.
     */
    @Override
    public long own(long rows, int instruction) {
      long count = latents.count();
      long all = count + tower.positions();
      List<Matrix> layer = Matrix.of(latents.layer(0));
      long seen = Matrix.weights(layer.stream().filter(ConnectorCost::sees).toList());
      long attention = product(latents.heads(), latents.head());
      long each =
          sum(
              product(2, all, seen),
              product(2, count, Matrix.weights(layer) - seen),
              product(4, product(count, all), attention));
      long constants =
          sum(
              latents.constants().stream()
                  .mapToLong(block -> Matrix.weights(Matrix.of(block)))
                  .toArray());
      return sum(
          product(rows / count, product(latents.layers(), each)), product(2, rows, constants));
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
     * Returns the FLOPs of the queries with a question of t words, whatever the number of tokens,
     * which a Q-Former makes itself. All rows, s = Q + t: L (8 s H^2 + 4 s^2 H). The queries alone:
     * l (4 Q H^2 + 4 Q T H), MLPs 4 L Q H m, the linear layer 2 Q H D. The words' MLPs: 4 (L - 1) t
     * H m, because the last layer's words lead nowhere.
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
