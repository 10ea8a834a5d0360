package io.prumerge.reduction.decoder;

import io.prumerge.reduction.Blend;
import io.prumerge.reduction.Ranking;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * VScan's choice of patches: the best of each window by one attention, then the best of the others
 * by another one.
 *
 * <p>The authors' grid of 24 x 24 has 4 x 4 windows of 6 x 6. Other grids have as many, as equal as
 * can be; those of fewer than four rows one for each patch. A window gives all of its patches at
 * most.
 *
 * @param side patches per row and column
 * @param wanted tokens, at most the patches
 */
record WindowScan(int side, int wanted) {

  private static final int WINDOWS = 4;

  boolean keepsAll() {
    return wanted == side * side;
  }

  /** Tokens that are left: fewer where the windows' half cannot be dealt out evenly. */
  int tokens() {
    return keepsAll() ? wanted : global() + windows().stream().mapToInt(this::local).sum();
  }

  private int global() {
    return wanted - wanted / 2;
  }

  private int local(List<Integer> window) {
    int windows = Math.min(side, WINDOWS);
    return Math.min(window.size(), wanted / 2 / (windows * windows));
  }

  // The patches of each window, row by row.
  private List<List<Integer>> windows() {
    int count = Math.min(side, WINDOWS);
    List<List<Integer>> windows = new ArrayList<>();
    for (int window = 0; window < count * count; window++) {
      windows.add(new ArrayList<>());
    }
    for (int patch = 0; patch < side * side; patch++) {
      int row = patch / side * count / side;
      int column = patch % side * count / side;
      windows.get(row * count + column).add(patch);
    }
    return windows;
  }

  /** The patches that are kept, ascending. */
  int[] kept(float[] shallow, float[] deep) {
    boolean[] chosen = new boolean[side * side];
    for (List<Integer> window : windows()) {
      int[] best = Ranking.top(window.size(), local(window), place -> shallow[window.get(place)]);
      for (int place : best) {
        chosen[window.get(place)] = true;
      }
    }
    int[] others = patches(chosen, false);
    for (int place : Ranking.top(others.length, global(), place -> deep[others[place]])) {
      chosen[others[place]] = true;
    }
    return patches(chosen, true);
  }

  private static int[] patches(boolean[] chosen, boolean wanted) {
    return IntStream.range(0, chosen.length).filter(patch -> chosen[patch] == wanted).toArray();
  }

  /**
   * The kept patches, each the mean of itself and the others that it is most like.
   *
   * @param cosines of all pairs of so many patches
   */
  static List<Blend> joined(int[] kept, float[] cosines, int patches) {
    List<List<Integer>> joined = new ArrayList<>();
    boolean[] own = new boolean[patches];
    for (int patch : kept) {
      joined.add(new ArrayList<>());
      own[patch] = true;
    }
    for (int patch = 0; patch < patches; patch++) {
      if (!own[patch]) {
        joined.get(nearest(kept, cosines, patch * patches)).add(patch);
      }
    }
    List<Blend> tokens = new ArrayList<>();
    for (int place = 0; place < kept.length; place++) {
      tokens.add(Blend.mean(kept[place], joined.get(place)));
    }
    return tokens;
  }

  // The first of equal ones.
  private static int nearest(int[] kept, float[] cosines, int row) {
    int nearest = 0;
    for (int place = 1; place < kept.length; place++) {
      if (cosines[row + kept[place]] > cosines[row + kept[nearest]]) {
        nearest = place;
      }
    }
    return nearest;
  }
}
