package io.prumerge.zoo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.image.ViewGrid;
import io.prumerge.lang.Text;
import io.prumerge.model.EncodedImages;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.ReducedImages;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A model as a DJL block: pixels of an image's views [V, 3, S, S] (or an empty array for a
 * text-only prompt), prompt ids [T] with one image placeholder, {@link #numbers} of the views and
 * the ids that the connector reads of the question in, greedily generated ids out.
 */
public final class LlavaBlock extends AbstractBlock {

  private final LlavaModel model;
  private final TokenReducer reducer;
  private final int maxNewTokens;

  LlavaBlock(LlavaModel model, TokenReducer reducer, int maxNewTokens) {
    this.model = model;
    this.reducer = reducer;
    this.maxNewTokens = maxNewTokens;
  }

  /** Returns the model that the block runs. */
  public LlavaModel model() {
    return model;
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameterStore,
      NDList inputs,
      boolean training,
      PairList<String, Object> params) {
    NDArray pixels = inputs.get(0);
    int[] ids = ints(inputs.get(1));
    int[] answer =
        pixels.size() == 0
            ? generate(ids, new int[0], null, List.of())
            : generateFrom(views(pixels, inputs.get(2)), ids, ints(inputs.get(3)));
    return new NDList(pixels.getManager().create(Arrays.stream(answer).asLongStream().toArray()));
  }

  /** Returns a grid as the array that {@link #forwardInternal} reads. */
  static long[] numbers(ViewGrid grid) {
    return new long[] {grid.width(), grid.height(), grid.rows(), grid.cols()};
  }

  // A predictor's input has no encoded bytes: random reducers draw alike for every image here.
  private static PreparedImages views(NDArray pixels, NDArray numbers) {
    int[] grid = ints(numbers);
    float[] all = pixels.toFloatArray();
    int size = all.length / Math.toIntExact(pixels.size(0));
    List<float[]> views = new ArrayList<>();
    for (int start = 0; start < all.length; start += size) {
      views.add(Arrays.copyOfRange(all, start, start + size));
    }
    return PreparedImages.of(views, new ViewGrid(grid[0], grid[1], grid[2], grid[3]), new byte[32]);
  }

  private static int[] ints(NDArray array) {
    return Arrays.stream(array.toLongArray()).mapToInt(Math::toIntExact).toArray();
  }

  private int[] generateFrom(PreparedImages views, int[] ids, int[] instruction) {
    int placeholder = model.checkpoint().config().imageTokenId();
    int[] slots =
        IntStream.range(0, ids.length).filter(place -> ids[place] == placeholder).toArray();
    TowerDepth depth = TowerDepth.of(List.of(reducer));
    try (EncodedImages image = model.encode(List.of(views), depth).get(0);
        ReducedImages tokens = image.reduce(reducer);
        ProjectedTokens visual = model.project(tokens, List.of(instruction)).get(0)) {
      int layers = model.checkpoint().config().text().layers();
      return generate(
          ids,
          slots,
          new VisualRows(visual, tokens.positions()),
          LayerCut.of(tokens.applied(), visual.tokens(), layers));
    }
  }

  private int[] generate(int[] ids, int[] slots, VisualRows visual, List<LayerCut> cuts) {
    int prompt = ids.length - slots.length + (visual == null ? 0 : visual.positions().rows());
    int most =
        maxNewTokens > 0 ? maxNewTokens : model.checkpoint().generation().newTokensAtMost(prompt);
    GenerationLimits limits =
        new GenerationLimits(most, model.checkpoint().generation().newTokensAtLeast(prompt));
    int prefix = slots.length == 0 ? 0 : slots[slots.length - 1] + 1;
    PromptGroup group =
        new PromptGroup(
            Arrays.copyOf(ids, prefix),
            slots.length == 0 ? 0 : slots[0],
            slots,
            visual,
            cuts,
            Optional.empty(),
            List.of(Arrays.copyOfRange(ids, prefix, ids.length)),
            List.of(limits));
    StopTokens stop = new StopTokens(model.checkpoint().generation().eosTokenIds());
    return ids(
        new GreedyDecoding(model.greedy(stop), model.limits(1))
            .generate(List.of(group))
            .get(0)
            .get(0));
  }

  /**
   * Returns the answer's ids. A question without an answer is an error: a predictor has no rows for
   * errors.
   */
  static int[] ids(Generation answer) {
    return switch (answer.finish()) {
      case EOS, LENGTH, LETTER -> answer.ids();
      case NOT_FINITE ->
          throw new IllegalStateException(
              "Cannot answer: the logits are not finite; the weights or the precision do not fit");
      case OUT_OF_MEMORY ->
          throw new IllegalStateException(
              Text.format(
                  "Cannot answer: no memory for this question after %d tokens; ask for fewer new"
                      + " tokens or a smaller dtype",
                  answer.ids().length));
      case REDUCTION_FAILED -> throw new ReductionException(answer.failure().orElseThrow());
      case ABANDONED -> throw new IllegalStateException("Nobody waits for this answer");
    };
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {new Shape(-1)};
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes, DataType[] dataTypes) {
    return getOutputShapes(inputShapes);
  }
}
