package io.prumerge.explain;

import io.prumerge.cost.ImageWork;
import io.prumerge.cost.ReductionWork;
import io.prumerge.engine.ExplainedView;
import io.prumerge.engine.Explanation;
import io.prumerge.engine.MethodChoice;
import io.prumerge.engine.QueryAttention;
import io.prumerge.engine.StayingTokens;
import io.prumerge.image.Area;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.prumerge.Quartiles;
import io.prumerge.reduction.run.Merge;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Small images with made-up scores. */
final class Explanations {

  private Explanations() {}

  /** Returns an image of one colour with {@code side} x {@code side} patches. */
  static Explanation of(int width, int height, int[] colour, Area seen, int side, float... scores) {
    return new Explanation(
        picture(width, height, colour),
        ViewGrid.whole(width, height),
        PatchGrid.square(side),
        side * side,
        List.of(view(seen, scores)),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /**
   * Returns a grey image of {@code cols} x {@code rows} tiles of 2 x 2 patches, a tile 20 pixels
   * wide and high; each tile's only outlier is its own number's patch.
   */
  static Explanation tiled(int rows, int cols) {
    List<ExplainedView> views = new ArrayList<>();
    views.add(view(new Area(0, 0, 20 * cols, 20 * rows), scores(2, 3)));
    for (int tile = 0; tile < rows * cols; tile++) {
      Area seen = new Area(tile % cols * 20, tile / cols * 20, 20, 20);
      views.add(view(seen, scores(2, tile % 4)));
    }
    return new Explanation(
        picture(20 * cols, 20 * rows, new int[] {90, 90, 90}),
        new ViewGrid(20 * cols, 20 * rows, rows, cols),
        PatchGrid.square(2),
        4 * views.size() + 2 * rows,
        views,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** Returns a video of so many frames of 40 x 30 pixels in 2 x 2 patches. */
  static Explanation video(int frames) {
    List<ExplainedView> views = new ArrayList<>();
    for (int frame = 0; frame < frames; frame++) {
      views.add(view(new Area(0, 0, 40, 30), scores(2, frame % 4)));
    }
    return new Explanation(
        frames(1).get(0),
        ViewGrid.video(40, 30, frames),
        PatchGrid.square(2),
        4 * frames + 1,
        views,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** Returns frames of a video, each of another grey. */
  static List<RgbImage> frames(int count) {
    return IntStream.range(0, count)
        .mapToObj(frame -> picture(40, 30, new int[] {frame, 2 * frame, 200 - frame}))
        .toList();
  }

  /** Returns a method that keeps the first patch of each frame, and of the first frame two. */
  static MethodChoice keepingOfEach(int frames) {
    List<Integer> kept = new ArrayList<>(List.of(0, 1));
    IntStream.range(1, frames).forEach(frame -> kept.add(4 * frame));
    return new MethodChoice(
        MethodSpec.parse("first:tokens=" + kept.size()),
        Optional.of(kept),
        IntStream.range(0, frames).mapToObj(frame -> frame == 0 ? 2 : 1).toList(),
        List.of(),
        List.of(),
        List.of(),
        ImageWork.of(new ReductionWork(false, kept.size(), 0, false)));
  }

  /**
   * Returns a grey image of 2 x 2 patches that a query looks at for each of these lists; it is the
   * second of four layers that looks last.
   */
  static Explanation queried(float[]... queries) {
    List<List<Float>> all = new ArrayList<>();
    for (float[] query : queries) {
      all.add(boxed(query));
    }
    QueryAttention attention = new QueryAttention(2, 4, all);
    float[] mean = new float[4];
    for (int patch = 0; patch < mean.length; patch++) {
      mean[patch] = attention.mean().get(patch);
    }
    return new Explanation(
        picture(20, 20, new int[] {90, 90, 90}),
        ViewGrid.whole(20, 20),
        PatchGrid.square(2),
        queries.length,
        List.of(view(new Area(0, 0, 20, 20), mean)),
        Optional.of(attention),
        Optional.empty(),
        List.of());
  }

  /** Returns queries that are left from one layer to another. */
  static StayingTokens queries(int layer, int last, int... places) {
    return new StayingTokens(
        layer,
        last,
        IntStream.of(places)
            .mapToObj(place -> new StayingTokens.Token(place, OptionalInt.empty(), false))
            .toList());
  }

  /** Returns patches that are left from one layer to another, then sums at places of others. */
  static StayingTokens patches(int layer, int last, List<Integer> patches, List<Integer> sums) {
    return new StayingTokens(
        layer,
        last,
        Stream.concat(
                patches.stream().map(patch -> token(patch, false)),
                sums.stream().map(patch -> token(patch, true)))
            .toList());
  }

  private static StayingTokens.Token token(int patch, boolean sum) {
    return new StayingTokens.Token(patch, OptionalInt.of(patch), sum);
  }

  /** Returns a method that leaves some of so many tokens inside the decoder. */
  static MethodChoice staying(int all, StayingTokens... staying) {
    return new MethodChoice(
        MethodSpec.parse("fastv:layer=1,tokens=1"),
        Optional.empty(),
        List.of(all),
        List.of(),
        List.of(),
        List.of(staying),
        ImageWork.of(new ReductionWork(false, all, 0, false)));
  }

  private static ExplainedView view(Area seen, float... scores) {
    return new ExplainedView(seen, boxed(scores), Quartiles.of(scores));
  }

  private static List<Float> boxed(float... scores) {
    List<Float> boxed = new ArrayList<>();
    for (float score : scores) {
      boxed.add(score);
    }
    return boxed;
  }

  private static RgbImage picture(int width, int height, int[] colour) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) colour[i % 3];
    }
    return new RgbImage(width, height, rgb);
  }

  /** Returns the canvas of the whole image. */
  static ImageCanvas ground(Explanation explanation) {
    return ImageCanvas.of(explanation, "picture").get(0);
  }

  /** Returns scores whose only outlier is patch {@code outlier}. */
  static float[] scores(int side, int outlier) {
    float[] scores = new float[side * side];
    for (int patch = 0; patch < scores.length; patch++) {
      scores[patch] = patch == outlier ? 0.5f : 0.01f + 0.0001f * patch;
    }
    return scores;
  }

  static MethodChoice keeping(Integer... kept) {
    return new MethodChoice(
        MethodSpec.parse("first:tokens=" + kept.length),
        Optional.of(List.of(kept)),
        List.of(kept.length),
        List.of(),
        List.of(),
        List.of(),
        ImageWork.of(new ReductionWork(false, kept.length, 0, false)));
  }

  static MethodChoice merging(Merge... merges) {
    return new MethodChoice(
        MethodSpec.parse("prumerge"),
        Optional.of(
            List.of(merges).stream()
                .flatMapToInt(merge -> merge.patch().stream())
                .boxed()
                .toList()),
        List.of(merges.length + 1),
        List.of(),
        List.of(merges),
        List.of(),
        ImageWork.of(new ReductionWork(true, merges.length, 2, true)));
  }
}
