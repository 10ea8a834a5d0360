package io.prumerge.training;

import io.prumerge.engine.LlavaEngine;
import io.prumerge.image.ImageException;
import io.prumerge.reduction.MethodSpec;
import java.util.List;

/**
 * Turns images into the visual tokens that a training learns from. Tower and method are those of
 * the evaluation. Neither is trained, so each image is to be reduced once.
 */
public final class ImageReducer {

  private ImageReducer() {}

  /**
   * @param model is to stay open as long as this is used
   * @param lora whether the connector is trained decides which methods fit
   * @throws io.prumerge.reduction.ReductionException in one line, for a method that cuts inside the
   *     decoder, or chooses by what a connector shows that is trained, and for a model that sees
   *     images in tiles
   */
  public static ImageReducer of(LlavaEngine.Lease model, MethodSpec method, LoraSettings lora) {
    throw new UnsupportedOperationException();
  }

  /** Whether the tokens depend on the question, and an image is to be reduced for each of them. */
  public boolean perQuestion() {
    throw new UnsupportedOperationException();
  }

  /**
   * Reduces an image.
   *
   * @param image encoded bytes
   * @param question the user's text for methods that look at it; others do not read it
   * @throws ImageException if it is no usable image
   * @throws io.prumerge.reduction.ReductionException if the method cannot reduce it
   */
  public ReducedImage reduce(byte[] image, String question) throws ImageException {
    throw new UnsupportedOperationException();
  }

  /**
   * The same for several questions about one image; the tower runs once.
   *
   * @return one for each question, in order
   */
  public List<ReducedImage> reduce(byte[] image, List<String> questions) throws ImageException {
    throw new UnsupportedOperationException();
  }
}
