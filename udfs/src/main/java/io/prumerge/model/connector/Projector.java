package io.prumerge.model.connector;

import io.prumerge.architecture.Connector;
import io.prumerge.architecture.ConnectorCases;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.ModelFamily;
import io.prumerge.config.QFormerConfig;
import io.prumerge.reduction.Reduction;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import java.util.List;

/** The connector: visual tokens into the language model's embedding space. */
public abstract sealed class Projector implements AutoCloseable
    permits LatentProjector, QueryProjector, ResamplingProjector, RowProjector {

  Projector() {}

  /** Loads a model's connector. */
  public static Projector of(Torch torch, LlavaConfig config, TensorLoader loader) {
    ModelFamily family = config.family();
    Connector connector = config.connector();
    return connector.match(
        new ConnectorCases<>(
            rows -> new RowProjector(torch, rows, family.linear().orElseThrow(), loader),
            queries ->
                new QueryProjector(
                    torch, queries, (QFormerConfig) family.queries().orElseThrow(), loader),
            resampler -> new ResamplingProjector(torch, resampler, config.vision(), loader),
            latents -> new LatentProjector(torch, latents, config.text().normEps(), loader)));
  }

  /**
   * Projects one image's tokens, its views one after the other: [tokens, D] -> [tokens, hidden], of
   * further levels as many rows after these.
   *
   * @param instructions ids of the questions' words, where the connector reads them; else one that
   *     is empty
   * @return one for each instruction; the caller closes them
   */
  public abstract List<Torch.Value> project(List<ReducedView> views, List<int[]> instructions);

  /**
   * Projects all patches [n, D] -> [n, hidden], as evidence about them; the caller closes them.
   *
   * @throws io.prumerge.reduction.ReductionException if its rows are no patches
   */
  public abstract Torch.Value patches(Torch.Value features);

  /**
   * Returns the attention of each of a connector's queries to each row of a view's features,
   * [queries, rows] in fp32: softmax over the rows, mean over the heads, in the last layer that
   * looks at them. The caller closes it.
   *
   * @param instruction as of {@link #project}
   * @throws IllegalStateException if its rows are no queries
   */
  public Torch.Value queryAttention(Torch.Value features, int[] instruction) {
    throw new IllegalStateException("Cannot say what queries look at: the connector has none");
  }

  /** Projects a reduction of one view for no question. */
  public ProjectedTokens project(Reduction reduction) {
    ReducedView tokens = (ReducedView) reduction;
    List<Torch.Value> rows = project(List.of(tokens), List.of(new int[0]));
    return new ProjectedTokens(rows.get(0), tokens.tokens());
  }

  @Override
  public abstract void close();
}
