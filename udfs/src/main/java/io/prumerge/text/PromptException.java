package io.prumerge.text;

import java.util.Objects;

/** A question that cannot be asked. The message is one line and does not repeat the kind. */
public final class PromptException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Why a question cannot be asked. */
  public enum Kind {
    /** No text at all, or only white space. */
    PROMPT_EMPTY,
    /** The text holds the image placeholder itself. */
    PROMPT_PLACEHOLDER,
    /** The text has more words than the connector can read. */
    PROMPT_TOO_LONG
  }

  private final Kind kind;

  public PromptException(Kind kind, String message) {
    super(message);
    this.kind = Objects.requireNonNull(kind, "kind is null");
  }

  public Kind kind() {
    return kind;
  }
}
