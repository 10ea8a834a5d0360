package io.prumerge.model.tower;

import io.prumerge.config.WindowConfig;
import io.prumerge.image.PatchGrid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The order in which some blocks of several views run through a tower: one view after the other, in
 * each, window after window. Windows of a view that are of one size follow each other, so that they
 * go through attention together; which comes first changes nothing.
 *
 * @param side patches along each side of a block
 * @param blocks those that run in this order, numbered through all blocks of all views in raster
 *     order
 * @param counts of runs of windows of one size, how many windows
 * @param lengths how many rows, which are patches, each window of a run has
 */
record WindowOrder(int side, int[] blocks, int[] counts, int[] lengths) {

  /**
   * Returns the order.
   *
   * @param views blocks of each
   * @param kept those that run of each, rising
   * @param windows empty where all layers attend to the whole view
   * @param side patches along each side of a block
   */
  static WindowOrder of(
      List<PatchGrid> views, List<int[]> kept, Optional<WindowConfig> windows, int side) {
    IntStream.Builder blocks = IntStream.builder();
    IntStream.Builder counts = IntStream.builder();
    IntStream.Builder lengths = IntStream.builder();
    int first = 0;
    for (int i = 0; i < views.size(); i++) {
      PatchGrid view = views.get(i);
      int window = windows.map(WindowConfig::side).orElse(Math.max(view.rows(), view.cols()));
      int start = first;
      bySize(view, kept.get(i), window)
          .forEach(
              (size, alike) -> {
                alike.forEach(
                    some -> IntStream.of(some).forEach(block -> blocks.add(start + block)));
                counts.add(alike.size());
                lengths.add(side * side * size);
              });
      first += view.patches();
    }
    return new WindowOrder(
        side, blocks.build().toArray(), counts.build().toArray(), lengths.build().toArray());
  }

  // A view's windows, cut from its upper left corner, by their numbers of blocks that run.
  private static SortedMap<Integer, List<int[]>> bySize(PatchGrid view, int[] kept, int side) {
    BitSet runs = new BitSet();
    IntStream.of(kept).forEach(runs::set);
    SortedMap<Integer, List<int[]>> windows = new TreeMap<>();
    for (int top = 0; top < view.rows(); top += side) {
      for (int left = 0; left < view.cols(); left += side) {
        int[] window = window(view, top, left, side).filter(runs::get).toArray();
        if (window.length > 0) {
          windows.computeIfAbsent(window.length, size -> new ArrayList<>()).add(window);
        }
      }
    }
    return windows;
  }

  private static IntStream window(PatchGrid view, int top, int left, int side) {
    int right = Math.min(left + side, view.cols());
    return IntStream.range(top, Math.min(top + side, view.rows()))
        .flatMap(row -> IntStream.range(row * view.cols() + left, row * view.cols() + right));
  }

  /** Returns of each block that runs its place in this order, in raster order. */
  int[] places() {
    int[] raster = blocks.clone();
    Arrays.sort(raster);
    int[] places = new int[blocks.length];
    for (int place = 0; place < blocks.length; place++) {
      places[Arrays.binarySearch(raster, blocks[place])] = place;
    }
    return places;
  }

  /** Returns row and column of each patch in its view, in this order. */
  int[] coordinates(List<PatchGrid> views) {
    int[] raster = new int[2 * views.stream().mapToInt(PatchGrid::patches).sum()];
    int next = 0;
    for (PatchGrid view : views) {
      for (int block = 0; block < view.patches(); block++) {
        raster[next++] = block / view.cols();
        raster[next++] = block % view.cols();
      }
    }
    int[] coordinates = new int[2 * side * side * blocks.length];
    int at = 0;
    for (int block : blocks) {
      for (int patch = 0; patch < side * side; patch++) {
        coordinates[at++] = side * raster[2 * block] + patch / side;
        coordinates[at++] = side * raster[2 * block + 1] + patch % side;
      }
    }
    return coordinates;
  }
}
