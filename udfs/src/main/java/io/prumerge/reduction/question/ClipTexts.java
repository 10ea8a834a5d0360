package io.prumerge.reduction.question;

import io.prumerge.reduction.TowerEvidence.QuestionText;

/** What methods give CLIP's text tower to read. */
enum ClipTexts implements QuestionText {
  /** The question with all that follows it. */
  WHOLE {
    @Override
    public String of(String question) {
      return question;
    }
  },

  /** The question without the sentence about the answer's form (CDPruner's evaluation). */
  WITHOUT_FORM {
    @Override
    public String of(String question) {
      return question.replace("\nAnswer the question using a single word or phrase.", "");
    }
  }
}
