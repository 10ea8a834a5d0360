package io.prumerge.engine;

import io.prumerge.lang.Text;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the queries of a connector look at, of a {@link io.prumerge.architecture.PerceiverResampler}
 * its latents: the attention that each of them pays to each patch, in the last of its layers that
 * look at the image. Softmax over the class token, where there is one, and all patches, of latents
 * also over themselves, mean over the heads; so a query's sum over the patches is 1 less its
 * attention to the others.
 *
 * @param layer that layer, from 1
 * @param layers all of the connector's
 * @param queries one list per query, a number per patch in raster order
 */
public record QueryAttention(int layer, int layers, List<List<Float>> queries) {

  public QueryAttention {
    queries = queries.stream().map(List::copyOf).toList();
  }

  /**
   * Splits what a model says.
   *
   * @param looks row-major [queries, class tokens + patches], the class token first
   * @param classTokens 1, or 0 where the tower has none
   */
  static QueryAttention of(int layer, int layers, float[] looks, int patches, int classTokens) {
    int width = classTokens + patches;
    if (looks.length % width != 0) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot split %d numbers into queries over %d class tokens and %d patches",
              looks.length, classTokens, patches));
    }
    return new QueryAttention(
        layer,
        layers,
        IntStream.range(0, looks.length / width)
            .mapToObj(
                query ->
                    IntStream.range(classTokens, width)
                        .mapToObj(i -> looks[query * width + i])
                        .toList())
            .toList());
  }

  /** Returns the mean of all queries. */
  public List<Float> mean() {
    return mean(IntStream.range(0, queries.size()).boxed().toList());
  }

  /**
   * Returns the mean of some queries.
   *
   * @param some at least one, from 0
   */
  public List<Float> mean(List<Integer> some) {
    return IntStream.range(0, queries.get(0).size())
        .mapToObj(
            patch ->
                (float)
                    some.stream()
                        .mapToDouble(query -> queries.get(query).get(patch))
                        .average()
                        .orElseThrow())
        .toList();
  }
}
