package io.prumerge.mini;

/**
 * Two questions of one template about one scene.
 *
 * @param form what is asked for, equal for all pairs of one template
 * @param start the words with which the template starts: VQAv2's question type
 * @param yes true of the scene
 * @param no false of it
 */
record YesNoPair(String form, String start, String yes, String no) {

  static final String YES = "yes";
  static final String NO = "no";

  YesNoPair {
    if (yes.equals(no)) {
      throw new IllegalArgumentException("'%s' cannot be both true and false".formatted(yes));
    }
  }

  OpenQuestion asked(String answer) {
    return new OpenQuestion(form, start, answer.equals(YES) ? yes : no, AnswerType.YES_NO, answer);
  }
}
