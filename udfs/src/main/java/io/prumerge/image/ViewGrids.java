package io.prumerge.image;

import java.util.List;

/**
 * The grids of a prompt's images, whose views are numbered through all of them.
 *
 * @param images the grid of each image, in order; at least one
 */
public record ViewGrids(List<ViewGrid> images) {

  public ViewGrids {
    images = List.copyOf(images);
    if (images.isEmpty()) {
      throw new IllegalArgumentException("No grid of no image");
    }
  }

  /** Returns the grids of one image. */
  public static ViewGrids of(ViewGrid image) {
    return new ViewGrids(List.of(image));
  }

  /** Returns the views of all images. */
  public int views() {
    return images.stream().mapToInt(ViewGrid::views).sum();
  }

  /** Returns the views of one image, from 0. */
  public ViewSpan span(int image) {
    int first = images.subList(0, image).stream().mapToInt(ViewGrid::views).sum();
    return new ViewSpan(first, images.get(image).views());
  }

  /** Returns the views of the image that a view is of. */
  public ViewSpan around(int view) {
    return span(image(view));
  }

  /** Returns the grid of the image that a view is of. */
  public ViewGrid gridAround(int view) {
    return images.get(image(view));
  }

  /** Returns which image a view is of. */
  public int image(int view) {
    int image = 0;
    while (span(image).end() <= view) {
      image++;
    }
    return image;
  }
}
