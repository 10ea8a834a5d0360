package io.prumerge.reduction.tower;

import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.ReductionException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The key that says whether a method takes a video's frames one by one or all at once. */
final class OverKey {

  static final String NAME = "over";
  static final String FRAME = "frame";
  private static final String VIDEO = "video";

  /** The cosines of the pairs of so many patches are 256 MiB. */
  private static final int MOST_PATCHES = 8192;

  private OverKey() {}

  /** Returns whether the method takes all frames together. */
  static boolean video(Parameters parameters) {
    return parameters.choice(NAME, FRAME, VIDEO).orElse(FRAME).equals(VIDEO);
  }

  /** Returns canonical values with the key's. */
  static Map<String, String> with(Parameters parameters, Map<String, String> others) {
    Map<String, String> values = new TreeMap<>(others);
    if (video(parameters)) {
      values.put(NAME, VIDEO);
    }
    return values;
  }

  /**
   * Returns the number of patches of all frames of a view's video.
   *
   * @throws ReductionException if they are too many to compare each with each
   */
  static int patches(MethodSpec method, PatchTokens view) {
    long patches = (long) view.ownViews().count() * view.count();
    if (patches > MOST_PATCHES) {
      throw new ReductionException(
          String.format(
              Locale.ROOT,
              "Cannot compare all %d patches of a video with each other, as %s does: at most %d;"
                  + " choose fewer frames, or leave over=video out",
              patches,
              method,
              MOST_PATCHES));
    }
    return (int) patches;
  }
}
