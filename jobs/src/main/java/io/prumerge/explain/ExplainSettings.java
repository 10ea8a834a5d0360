package io.prumerge.explain;

import java.util.List;
import java.util.Optional;

/**
 * The settings that the page shows.
 *
 * @param model last part of the folder's name
 * @param dtype number format in use
 * @param imageAspect how images become square
 * @param prompt the question about each image
 */
public record ExplainSettings(
    String model, String device, String dtype, String imageAspect, Optional<String> prompt) {

  /** Returns whether images are padded to a square; otherwise they are cropped. */
  boolean padded() {
    return imageAspect.equals("pad");
  }

  /** Returns whether there is a question. */
  boolean asked() {
    return prompt.isPresent();
  }

  /** Returns the question as a list of at most one, for the template. */
  List<String> questions() {
    return prompt.stream().toList();
  }
}
