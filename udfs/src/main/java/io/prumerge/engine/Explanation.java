package io.prumerge.engine;

import io.prumerge.cost.ImageWork;
import io.prumerge.image.Area;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.RgbImage;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.ViewGrids;
import io.prumerge.reduction.Merge;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.prumerge.Quartiles;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How the tower and the methods see one image, alone or among others in its prompt. Patches are
 * numbered through all of its views.
 *
 * @param picture decoded, before padding, resizing and cropping
 * @param grid of the tiles that are shown in addition to the whole image
 * @param patchGrid the patches of each view
 * @param tokens visual tokens before any reduction
 * @param views the whole image first, then its tiles row by row
 * @param queries what the queries look at, for a model with a Q-Former or a resampler
 * @param received where the attention is that patches get, for a tower without a class token
 * @param choices one per method asked for, in their order
 */
public record Explanation(
    RgbImage picture,
    ViewGrid grid,
    PatchGrid patchGrid,
    int tokens,
    List<ExplainedView> views,
    Optional<QueryAttention> queries,
    Optional<ReceivedAttention> received,
    List<MethodChoice> choices) {

  public Explanation {
    views = List.copyOf(views);
    choices = List.copyOf(choices);
  }

  /** Returns the number of patches of one view. */
  public int patches() {
    return patchGrid.patches();
  }

  /** Returns the view of the whole image. */
  public ExplainedView whole() {
    return views.get(0);
  }

  /** Returns the area that a patch shows. */
  public Area patch(int index) {
    return views.get(index / patches()).seen().cell(index % patches(), patchGrid);
  }

  /**
   * How the tower sees one view of an image.
   *
   * @param seen the area of the picture that its patches show together; beyond the picture where
   *     that is padded
   * @param attention to each patch: of CLS, as {@link
   *     io.prumerge.reduction.PatchTokens#clsAttention()}; of a Q-Former, the {@linkplain
   *     QueryAttention#mean() mean of its queries}; without either, of all patches
   * @param quartiles of the attention
   */
  public record ExplainedView(Area seen, List<Float> attention, Quartiles quartiles) {

    public ExplainedView {
      attention = List.copyOf(attention);
    }

    /** Returns the patches whose attention is above the fence, in raster order. */
    public List<Integer> outliers() {
      return IntStream.range(0, attention.size())
          .filter(patch -> attention.get(patch) > quartiles.fence())
          .boxed()
          .toList();
    }
  }

  /**
   * The tokens that one method chooses for one image. Patches are numbered through all of its
   * views.
   *
   * @param kept patches in the order fed, summary tokens excluded; empty when nothing was dropped
   * @param tokens of each view that the language model receives, summary tokens included
   * @param positions of all tokens in the language model, from 0 at the image's first one
   * @param merges the patches that tokens are made of, view by view in the tokens' order, without
   *     PruMerge's summaries; none if nothing is merged before the decoder
   * @param staying the queries of a Q-Former that are left after each of the method's cuts inside
   *     the decoder; none for other models, or without a question
   * @param work work of the reduction
   */
  public record MethodChoice(
      MethodSpec method,
      Optional<List<Integer>> kept,
      List<Integer> tokens,
      List<Integer> positions,
      List<Merge> merges,
      List<StayingQueries> staying,
      ImageWork work) {

    public MethodChoice {
      kept = kept.map(List::copyOf);
      tokens = List.copyOf(tokens);
      positions = List.copyOf(positions);
      merges = List.copyOf(merges);
      staying = List.copyOf(staying);
    }

    /**
     * Returns the part of one image, where the choice is of several in one prompt. Its patches are
     * numbered through its own views.
     *
     * @param views of the image
     * @param first of its patches
     * @param end the patch after its last one
     * @param places positions of the image's tokens
     */
    MethodChoice of(ViewGrids.Span views, int first, int end, List<Integer> places) {
      return new MethodChoice(
          method,
          kept.map(
              all ->
                  all.stream()
                      .filter(patch -> patch >= first && patch < end)
                      .map(patch -> patch - first)
                      .toList()),
          tokens.subList(views.first(), views.end()),
          places,
          merges.stream()
              .filter(merge -> merge.place() >= first && merge.place() < end)
              .map(merge -> merge.from(-first))
              .toList(),
          staying,
          new ImageWork(
              work.views().subList(views.first(), views.end()),
              places.size(),
              work.instruction(),
              work.grids().subList(views.first(), views.end())));
    }

    /** Returns all tokens that the language model receives, with the learned ones of the layout. */
    public int all() {
      return work.tokens();
    }

    /**
     * Returns the number of tokens that show nothing of the image: those that the layout sets after
     * lines of tiles.
     */
    public int learned() {
      return all() - tokens.stream().mapToInt(Integer::intValue).sum();
    }
  }

  /**
   * Where the attention to patches is that of all patches: the mean over them and over the heads,
   * of the patches of a block where these make one row of the features.
   *
   * @param layer of the tower, from 1
   * @param layers all of the tower's
   */
  public record ReceivedAttention(int layer, int layers) {}

  /**
   * The queries of a Q-Former that go on inside the decoder after a method's cut.
   *
   * @param layer the first of the decoder's layers that the others do not reach, from 0
   * @param queries those that reach it, from 0; a sum of several counts as the one whose place it
   *     has
   */
  public record StayingQueries(int layer, List<Integer> queries) {

    public StayingQueries {
      queries = List.copyOf(queries);
    }
  }

  /**
   * What the queries of a connector look at, of a {@link
   * io.prumerge.architecture.PerceiverResampler} its latents: the attention that each of them pays
   * to each patch, in the last of its layers that look at the image. Softmax over the class token,
   * where there is one, and all patches, of latents also over themselves, mean over the heads; so a
   * query's sum over the patches is 1 less its attention to the others.
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
            String.format(
                Locale.ROOT,
                "Cannot split %d numbers into queries over %d class tokens and %d patches",
                looks.length,
                classTokens,
                patches));
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
}
