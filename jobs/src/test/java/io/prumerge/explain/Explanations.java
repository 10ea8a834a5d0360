package io.prumerge.explain;

import io.prumerge.cost.ReductionWork;
import io.prumerge.engine.Explanation;
import io.prumerge.engine.MethodChoice;
import io.prumerge.image.Area;
import io.prumerge.image.RgbImage;
import io.prumerge.reduction.Merge;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.prumerge.Quartiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Small images with made-up scores. */
final class Explanations {

  private Explanations() {}

  /** Returns an image of one colour with {@code side} x {@code side} patches. */
  static Explanation of(int width, int height, int[] colour, Area seen, int side, float... scores) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) colour[i % 3];
    }
    List<Float> attention = new ArrayList<>();
    for (float score : scores) {
      attention.add(score);
    }
    return new Explanation(
        new RgbImage(width, height, rgb),
        seen,
        side,
        side * side,
        attention,
        Quartiles.of(scores),
        List.of());
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
        kept.length,
        List.of(),
        new ReductionWork(false, kept.length, 0, false));
  }

  static MethodChoice merging(Merge... merges) {
    return new MethodChoice(
        MethodSpec.parse("prumerge"),
        Optional.of(List.of(merges).stream().map(Merge::kept).toList()),
        merges.length + 1,
        List.of(merges),
        new ReductionWork(true, merges.length, 2, true));
  }
}
