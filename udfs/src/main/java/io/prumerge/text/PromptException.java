package io.prumerge.text;

import io.prumerge.lang.Text;

/** A question that cannot be asked. The message is one line and does not repeat the kind. */
public final class PromptException extends Exception {

  private static final long serialVersionUID = 1L;

  private final PromptErrorKind kind;

  public PromptException(PromptErrorKind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /**
   * Returns what is wrong with the places of images.
   *
   * @param places of them in the prompt
   */
  public static String places(String token, int places, int images) {
    return Text.format(
        "the number of %s in the prompt, %d, is not that of its images, %d; give one for each, or"
            + " none to have the images first",
        token, places, images);
  }

  /**
   * Returns what is wrong with the place of an image of another kind.
   *
   * @param image its number, from 0
   * @param video whether it is a video
   * @param placeholder of such an image
   */
  static String kind(int image, boolean video, String placeholder) {
    return Text.format(
        "place %d in the prompt is not that of its image, a %s; write %s there",
        image + 1, video ? "video" : "picture", placeholder);
  }

  public PromptErrorKind kind() {
    return kind;
  }
}
