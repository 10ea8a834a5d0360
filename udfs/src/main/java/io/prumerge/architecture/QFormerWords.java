package io.prumerge.architecture;

/**
 * The vocabulary of the question.
 *
 * @param vocabulary rows of its embedding; 0 if no question is read
 * @param positions tokens of a question at most
 */
public record QFormerWords(long vocabulary, long positions) {

  /** No question is read. */
  public static final QFormerWords NONE = new QFormerWords(0, 0);
}
