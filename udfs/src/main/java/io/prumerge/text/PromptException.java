package io.prumerge.text;

import java.util.Locale;
import java.util.Objects;

/** A question that cannot be asked. The message is one line and does not repeat the kind. */
public final class PromptException extends Exception {

  private static final long serialVersionUID = 1L;

  private final PromptErrorKind kind;

  public PromptException(PromptErrorKind kind, String message) {
    super(message);
    this.kind = Objects.requireNonNull(kind, "kind is null");
  }

  /**
   * Returns what is wrong with the places of images.
   *
   * @param places of them in the prompt
   */
  public static String places(String token, int places, int images) {
    return String.format(
        Locale.ROOT,
        "the number of %s in the prompt, %d, is not that of its images, %d; give one for each, or"
            + " none to have the images first",
        token,
        places,
        images);
  }

  public PromptErrorKind kind() {
    return kind;
  }
}
