package io.prumerge.model.tower;

import io.prumerge.image.ViewGrid;
import io.prumerge.image.ViewGrids;
import io.prumerge.model.tower.PreparedImages.PreparedView.SmallPixels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The images of one prompt as a model takes them.
 *
 * @param views of the images, one image after the other, each whole image before its tiles
 * @param grids of the images
 */
public record PreparedImages(List<PreparedView> views, ViewGrids grids) {

  public PreparedImages {
    views = List.copyOf(views);
    if (views.size() != grids.views()) {
      throw new IllegalArgumentException(views.size() + " views cannot fill " + grids);
    }
  }

  /** Returns an image that is seen whole only. */
  public static PreparedImages whole(PreparedView input, int width, int height) {
    ViewGrids grids = ViewGrids.of(ViewGrid.whole(width, height));
    return new PreparedImages(List.of(input.among(0, grids)), grids);
  }

  /**
   * Returns the views of one image.
   *
   * @param pixels of each view, as {@link PreparedView}
   * @param sha256 as {@link PreparedView}
   * @param smaller of each view, as {@link PreparedView}
   */
  public static PreparedImages of(
      List<float[]> pixels, ViewGrid grid, byte[] sha256, IntFunction<SmallPixels> smaller) {
    ViewGrids grids = ViewGrids.of(grid);
    return new PreparedImages(
        IntStream.range(0, pixels.size())
            .mapToObj(
                view ->
                    new PreparedView(
                        pixels.get(view), sha256, new int[0], smaller.apply(view), view, grids))
            .toList(),
        grids);
  }

  /** Makes prepared images of views that no method wants smaller. */
  public static PreparedImages of(List<float[]> pixels, ViewGrid grid, byte[] sha256) {
    return of(pixels, grid, sha256, view -> SmallPixels.NONE);
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

  /**
   * One view of an image as the tower takes it. The views of a prompt's images follow each other in
   * a batch.
   *
   * @param pixels normalised values, CHW, 3 x S x S; or 3 x H x W of a tower that takes any size
   * @param sha256 hash of the encoded bytes, for reducers that draw at random
   * @param padding patches that show nothing of the picture, rising
   * @param smaller the same in the smaller images that methods ask for
   * @param view which of the views of all images it is, from 0
   * @param grids of the images' views; the size of one that is seen whole only may be any, where
   *     all images become squares
   */
  public record PreparedView(
      float[] pixels,
      byte[] sha256,
      int[] padding,
      SmallPixels smaller,
      int view,
      ViewGrids grids) {

    private static final ViewGrids WHOLE = ViewGrids.of(ViewGrid.whole(1, 1));

    /** An image of one view. */
    public PreparedView(float[] pixels, byte[] sha256, int[] padding, SmallPixels smaller) {
      this(pixels, sha256, padding, smaller, 0, WHOLE);
    }

    /** Returns the image that it shows. */
    ViewGrid image() {
      return grids.images().get(grids.image(view));
    }

    /** Returns this view as one of those of several images. */
    public PreparedView among(int newView, ViewGrids newGrids) {
      return new PreparedView(pixels, sha256, padding, smaller, newView, newGrids);
    }

    /** An image of one view that fills the square and that no method wants smaller. */
    public PreparedView(float[] pixels, byte[] sha256) {
      this(pixels, sha256, new int[0], SmallPixels.NONE);
    }

    /** One view of a picture in smaller images; for methods that see these instead of the view. */
    @FunctionalInterface
    public interface SmallPixels {

      /** A view that nobody wants smaller. */
      SmallPixels NONE = side -> Optional.empty();

      /**
       * Returns the view with so many patches in a row, as {@link PreparedView#pixels}.
       *
       * @return empty where it cannot be made smaller
       */
      Optional<float[]> of(int side);
    }
  }
}
