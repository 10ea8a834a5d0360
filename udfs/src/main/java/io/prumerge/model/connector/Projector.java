package io.prumerge.model.connector;

import io.prumerge.architecture.Connector;
import io.prumerge.architecture.QFormer;
import io.prumerge.architecture.RowConnector;
import io.prumerge.config.LlavaConfig;
import io.prumerge.reduction.Reduction;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import java.util.List;

/** The connector: visual tokens into the language model's embedding space. */
public sealed interface Projector extends AutoCloseable permits RowProjector, QueryProjector {

  /** Loads a model's connector. */
  static Projector of(Torch torch, LlavaConfig config, TensorLoader loader) {
    Connector connector = config.connector();
    return connector instanceof QFormer queries
        ? new QueryProjector(torch, queries, config.family().qformer().orElseThrow(), loader)
        : new RowProjector(torch, (RowConnector) connector, config.projectorActivation(), loader);
  }

  /**
   * Projects one image's tokens, its views one after the other: [tokens, D] -> [tokens, hidden].
   *
   * @param instructions ids of the questions' words, where the connector reads them; else one that
   *     is empty
   * @return one for each instruction; the caller closes them
   */
  List<Torch.Value> project(List<VisualTokens> views, List<int[]> instructions);

  /**
   * Projects all patches [n, D] -> [n, hidden], as evidence about them; the caller closes them.
   *
   * @throws io.prumerge.reduction.ReductionException if its rows are no patches
   */
  Torch.Value patches(Torch.Value features);

  /**
   * What each query of a connector that has some pays to each row of a view's features, [queries,
   * rows] in fp32: softmax over the rows, mean over the heads, in the last layer that looks at
   * them. The caller closes it.
   *
   * @param instruction as of {@link #project}
   * @throws IllegalStateException if its rows are no queries
   */
  default Torch.Value looks(Torch.Value features, int[] instruction) {
    throw new IllegalStateException("Cannot say what queries look at: the connector has none");
  }

  /** Projects a reduction of one view for no question. */
  default ProjectedTokens project(Reduction reduction) {
    VisualTokens tokens = (VisualTokens) reduction;
    List<Torch.Value> rows = project(List.of(tokens), List.of(new int[0]));
    return new ProjectedTokens(rows.get(0), tokens.tokens());
  }

  @Override
  void close();
}
