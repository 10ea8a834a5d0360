package io.prumerge.image.processor;

/**
 * The image processors of a model.
 *
 * @param alone of an image alone in its prompt
 * @param several of each of several images in one prompt, mostly the same
 */
public record ImageProcessors(ImageProcessor alone, ImageProcessor several) {

  /** One for every image. */
  public ImageProcessors(ImageProcessor every) {
    this(every, every);
  }

  /** Returns the image processor for each image of a prompt with so many. */
  public ImageProcessor of(int images) {
    return images > 1 ? several : alone;
  }
}
