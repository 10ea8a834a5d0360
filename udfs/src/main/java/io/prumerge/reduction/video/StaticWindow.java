package io.prumerge.reduction.video;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Views of a video that follow each other, and the patches that stay alike through all of them
 * (cokeshao/HoliTom e9b2972, {@code select_static_windows} of {@code holitom/llava_arch.py}).
 *
 * @param first view
 * @param views how many
 * @param alike patches whose cosine with the same patch of the next view is above a bound in all
 *     views but the last, rising; none of a single view
 */
record StaticWindow(int first, int views, List<Integer> alike) {

  StaticWindow {
    alike = List.copyOf(alike);
  }

  /**
   * Returns the patches that a mean over the views of each that stays alike makes fewer.
   *
   * @param alike patches that stay alike
   */
  private static int fewer(int alike, int views) {
    return alike * (views - 1);
  }

  /** Returns the patches that a mean over the views of each that stays alike makes fewer. */
  int fewer() {
    return fewer(alike.size(), views);
  }

  /**
   * Returns a video in windows, in the order of time, that make the most patches fewer together; of
   * windows that make as many, those whose last one is shorter.
   *
   * @param cosines of each view but the last, of each patch with the same one of the next view
   * @param patches of a view
   * @param bound above which two patches are alike
   */
  static List<StaticWindow> of(List<float[]> cosines, int patches, float bound) {
    int views = cosines.size() + 1;
    int[] firsts = new int[views]; // of the last window of the views up to each
    int[] most = new int[views + 1]; // fewer patches, of as many views
    int[] since = new int[patches]; // the view from which on each patch is alike
    for (int end = 0; end < views; end++) {
      int[] begun = new int[end + 1]; // patches that are alike since each view
      for (int patch = 0; patch < patches; patch++) {
        if (end > 0 && !(cosines.get(end - 1)[patch] > bound)) {
          since[patch] = end;
        }
        begun[since[patch]]++;
      }
      firsts[end] = end;
      most[end + 1] = most[end];
      int alike = patches - begun[end];
      for (int first = end - 1; first >= 0; first--) {
        int all = most[first] + fewer(alike, end - first + 1);
        if (all > most[end + 1]) {
          most[end + 1] = all;
          firsts[end] = first;
        }
        alike -= begun[first];
      }
    }
    List<StaticWindow> windows = new ArrayList<>();
    for (int end = views - 1; end >= 0; end = firsts[end] - 1) {
      int first = firsts[end];
      List<float[]> within = cosines.subList(first, end);
      List<Integer> alike =
          IntStream.range(0, within.isEmpty() ? 0 : patches)
              .filter(patch -> within.stream().allMatch(next -> next[patch] > bound))
              .boxed()
              .toList();
      windows.add(new StaticWindow(first, end - first + 1, alike));
    }
    Collections.reverse(windows);
    return windows;
  }
}
