package io.prumerge.score.log;

import io.prumerge.service.Unknown;

/** The forms of answer files, of which a user may name one where the rows do not tell it. */
public enum AnswerForm {
  /** The lines of JSON that LLaVA's scripts write. */
  LLAVA,
  /** The forms that the benchmark itself has, LLaVA's lines among them; no log. */
  BENCHMARK,
  /** The samples that lmms-eval logs. */
  LMMS_EVAL,
  /** The tables of predictions that VLMEvalKit writes. */
  VLMEVALKIT;

  /** Returns whether it is the form of a tool's log. */
  boolean isLog() {
    return this == LMMS_EVAL || this == VLMEVALKIT;
  }

  /** Returns how it is spelt as a value. */
  @Override
  public String toString() {
    return Unknown.spelling(this);
  }
}
