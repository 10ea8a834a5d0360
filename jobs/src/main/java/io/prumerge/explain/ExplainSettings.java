package io.prumerge.explain;

import java.util.List;
import java.util.Optional;

/**
 * What was looked at and how.
 *
 * @param model last part of the folder's name
 * @param dtype arithmetic in use
 * @param imageAspect how images meet the tower's square
 * @param prompt what was asked about each image
 */
public record ExplainSettings(
    String model, String device, String dtype, String imageAspect, Optional<String> prompt) {

  /** Whether images are padded to a square; else cropped. */
  boolean padded() {
    return imageAspect.equals("pad");
  }

  /** Whether there is a question. */
  boolean asked() {
    return prompt.isPresent();
  }

  /** The question, if there is one; templates go through lists. */
  List<String> questions() {
    return prompt.stream().toList();
  }
}
