package io.prumerge.model.tower;

import io.prumerge.image.PixelBlocks;
import io.prumerge.image.PixelFloats;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.ViewGrids;
import io.prumerge.image.ViewPixels;
import io.prumerge.reduction.PixelRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The images of one prompt as a model takes them.
 *
 * @param views of the images, one image after the other, each whole image before its tiles, a
 *     video's in the order of time
 * @param grids of the images
 */
public record PreparedImages(List<PreparedView> views, ViewGrids grids) {

  public PreparedImages {
    views = List.copyOf(views);
    if (views.size() != grids.views()) {
      throw new IllegalArgumentException(views.size() + " views cannot fill " + grids);
    }
  }

  /** Returns whether one of the images is a video. */
  public boolean hasVideo() {
    return grids.images().stream().anyMatch(ViewGrid::isVideo);
  }

  /**
   * Returns an image that is seen whole only.
   *
   * @param grid of no tiles
   */
  public static PreparedImages whole(PreparedView input, ViewGrid grid) {
    ViewGrids grids = ViewGrids.of(grid);
    return new PreparedImages(List.of(input.among(0, grids)), grids);
  }

  /**
   * Returns the views of one image.
   *
   * @param pixels of each view, as {@link PreparedView}
   * @param sha256 as {@link PreparedView}
   * @param smaller of each view, as {@link PreparedView}
   */
  public static PreparedImages ofViews(
      List<? extends ViewPixels> pixels,
      ViewGrid grid,
      byte[] sha256,
      IntFunction<SmallPixels> smaller) {
    ViewGrids grids = ViewGrids.of(grid);
    return new PreparedImages(
        IntStream.range(0, pixels.size())
            .mapToObj(
                view ->
                    new PreparedView(
                        pixels.get(view),
                        sha256,
                        new int[0],
                        smaller.apply(view),
                        Optional.empty(),
                        view,
                        grids))
            .toList(),
        grids);
  }

  /** The same of normalised values. */
  public static PreparedImages of(
      List<float[]> pixels, ViewGrid grid, byte[] sha256, IntFunction<SmallPixels> smaller) {
    return ofViews(pixels.stream().map(PixelFloats::new).toList(), grid, sha256, smaller);
  }

  /** Makes prepared images of views that no method wants smaller. */
  public static PreparedImages of(List<float[]> pixels, ViewGrid grid, byte[] sha256) {
    return of(pixels, grid, sha256, view -> SmallPixels.NONE);
  }

  /**
   * Returns these images with some blocks of their pixels alone for the tower.
   *
   * @param blocks of each view
   * @throws io.prumerge.reduction.ReductionException if the rule names no blocks of a view
   */
  public PreparedImages keeping(PixelRule rule, List<PixelBlocks> blocks) {
    return new PreparedImages(
        IntStream.range(0, views.size())
            .mapToObj(view -> views.get(view).keeping(rule, blocks.get(view)))
            .toList(),
        grids);
  }

  /** Returns several images in one prompt, in their order. */
  public static PreparedImages together(List<PreparedImages> images) {
    ViewGrids grids =
        new ViewGrids(images.stream().flatMap(one -> one.grids().images().stream()).toList());
    List<PreparedView> views = new ArrayList<>();
    for (PreparedImages image : images) {
      for (PreparedView input : image.views()) {
        views.add(input.among(views.size(), grids));
      }
    }
    return new PreparedImages(views, grids);
  }
}
