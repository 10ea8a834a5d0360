package io.prumerge.reduction;

/** The part of a question that a method reads. Equal ones read the same of every question. */
public interface QuestionText {

  /**
   * Returns the part.
   *
   * @param question the user's text with its suffix, without the image placeholder
   */
  String of(String question);
}
