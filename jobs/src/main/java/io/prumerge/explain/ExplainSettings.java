package io.prumerge.explain;

import java.util.List;
import java.util.Optional;

/**
 * The settings that the page shows.
 *
 * @param model last part of the folder's name
 * @param dtype number format in use
 * @param video whether the frames of a video are shown, not images
 * @param imageAspect how images become square
 * @param conversation the conversation template around the question
 * @param prompt the question about each image
 */
record ExplainSettings(
    String model,
    String device,
    String dtype,
    boolean video,
    String imageAspect,
    String conversation,
    Optional<String> prompt) {

  /** Returns how images or frames become what the model takes, in words. */
  String aspect() {
    if (video) {
      return imageAspect.equals("native")
          ? "frames of one size for all"
          : "frames stretched to a square";
    }
    return "images " + images();
  }

  private String images() {
    return switch (imageAspect) {
      case "pad" -> "padded to a square";
      case "crop" -> "cropped";
      case "stretch" -> "stretched to a square";
      case "native" -> "at its own size";
      default -> "seen whole and in tiles";
    };
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
