package io.prumerge.reduction.tower;

import io.prumerge.reduction.Blend;
import java.util.ArrayList;
import java.util.List;

/**
 * VisionZip's contextual tokens: of a list of patches, those at places 0, step, 2 step, ... with
 * step = max(1, floor(length / count)) are targets. Every other patch of the list belongs to the
 * target with the most similar key, by cosine; of equal ones to the first. A token is the feature
 * of its target plus the mean of the features that belong to it.
 */
final class ContextualTokens {

  private static final float LEAST_NORM = 1e-12f;

  private ContextualTokens() {}

  /**
   * Returns the tokens in the order of their targets, in a list that may be changed.
   *
   * @param patches[target * step]in raster order, at least {@code count}
   * @param keys of all patches[target * step]of the image, row-major
   * @param all their number
   */
  static List<Blend> of(int[] patches, float[] keys, int all, int count) {
    if (count == 0) {
      return new ArrayList<>();
    }
    int width = keys.length / all;
    int step = Math.max(1, patches.length / count);
    List<List<Integer>> members = new ArrayList<>();
    for (int target = 0; target < count; target++) {
      members.add(new ArrayList<>());
    }
    float[] norms = new float[count];
    for (int target = 0; target < count; target++) {
      int patch = patches[target * step];
      norms[target] = Math.max(LEAST_NORM, (float) Math.sqrt(dot(keys, width, patch, patch)));
    }
    for (int place = 0; place < patches.length; place++) {
      boolean isTarget = place % step == 0 && place / step < count;
      if (!isTarget) {
        members.get(nearest(patches, place, step, keys, width, norms)).add(patches[place]);
      }
    }
    List<Blend> tokens = new ArrayList<>();
    for (int target = 0; target < count; target++) {
      tokens.add(token(patches[target * step], members.get(target)));
    }
    return tokens;
  }

  private static int nearest(
      int[] patches, int place, int step, float[] keys, int width, float[] norms) {
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int target = 0; target < norms.length; target++) {
      double similarity = dot(keys, width, patches[place], patches[target * step]) / norms[target];
      if (similarity > most) {
        most = similarity;
        best = target;
      }
    }
    return best;
  }

  private static Blend token(int target, List<Integer> members) {
    List<Blend.Part> parts = new ArrayList<>(List.of(new Blend.Part(target, 1)));
    for (int member : members) {
      parts.add(new Blend.Part(member, 1f / members.size()));
    }
    return new Blend(parts);
  }

  private static double dot(float[] keys, int width, int one, int other) {
    double sum = 0;
    for (int i = 0; i < width; i++) {
      sum += (double) keys[one * width + i] * keys[other * width + i];
    }
    return sum;
  }
}
