package io.prumerge.image.processor;

import io.prumerge.image.PixelSteps;
import io.prumerge.image.size.TargetSize;
import java.util.Optional;

/**
 * A checkpoint's image preprocessing, with the steps of Hugging Face's CLIPImageProcessor.
 *
 * @param resize empty when images keep their size
 * @param crop centre crop, empty when there is none
 * @param doPad whether the files themselves ask for LLaVA's pad to a square
 * @param steps what is done to the pixels
 */
public record PreprocessorConfig(
    Optional<TargetSize> resize, Optional<TargetSize.Exact> crop, boolean doPad, PixelSteps steps) {

  /**
   * Returns the preprocessing of pictures that are stretched to a square, whatever their aspect.
   */
  public static PreprocessorConfig stretched(int side, PixelSteps steps) {
    return new PreprocessorConfig(
        Optional.of(new TargetSize.Exact(side, side)), Optional.empty(), false, steps);
  }

  /**
   * Returns this preprocessing with a square of another size at its end: resizing and cropping are
   * scaled alike, so that the same part of the picture is seen.
   *
   * @param edge of the square that this preprocessing ends in
   * @param other edge wanted instead
   * @return empty if pictures are not resized, so that no other size shows the same
   */
  Optional<PreprocessorConfig> scaled(int edge, int other) {
    return resize.map(
        size ->
            new PreprocessorConfig(
                Optional.of(size.scaled(edge, other)),
                crop.map(exact -> exact.scaled(edge, other)),
                doPad,
                steps));
  }
}
