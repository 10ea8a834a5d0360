package io.prumerge.mini.question;

import io.prumerge.lang.Text;

/**
 * Two questions of one template about one scene.
 *
 * @param form what the questions ask for; equal for all pairs of one template
 * @param start the words with which the template starts: VQAv2's question type
 * @param yes a question that is true of the scene
 * @param no a question that is false of it
 */
public record YesNoPair(String form, String start, String yes, String no) {

  public static final String YES = "yes";
  public static final String NO = "no";

  public YesNoPair {
    if (yes.equals(no)) {
      throw new IllegalArgumentException(Text.format("'%s' cannot be both true and false", yes));
    }
  }

  public OpenQuestion asked(String answer) {
    return new OpenQuestion(form, start, answer.equals(YES) ? yes : no, AnswerType.YES_NO, answer);
  }
}
