package io.prumerge.text;

/**
 * A tokenizer or a conversation template that cannot be used. The message is one line that says
 * what was attempted, why not and what to do.
 */
public final class TokenizerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public TokenizerException(String message) {
    super(oneLine(message));
  }

  public TokenizerException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  /** Messages quote foreign files and libraries, whose texts may hold line breaks. */
  private static String oneLine(String message) {
    return message.replaceAll("\\p{Cntrl}", " ");
  }
}
