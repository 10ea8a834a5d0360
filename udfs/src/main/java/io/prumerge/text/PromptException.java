package io.prumerge.text;

import java.util.Locale;
import java.util.Objects;

/** A question that cannot be asked. The message is one line and does not repeat the kind. */
public final class PromptException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Why a question cannot be asked. */
  public enum Kind {
    /** No text at all, or only white space. */
    PROMPT_EMPTY,
    /** The text holds image placeholders, but not as many as there are images. */
    PROMPT_PLACEHOLDER,
    /** The text has more words than the connector can read. */
    PROMPT_TOO_LONG,
    /** The tokenizer has a token in it that the model has no row for. */
    PROMPT_UNKNOWN_TOKEN,
    /** The tokenizer has no token of its own for a letter after the prompt. */
    LETTER_NOT_A_TOKEN
  }

  private final Kind kind;

  public PromptException(Kind kind, String message) {
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

  public Kind kind() {
    return kind;
  }
}
