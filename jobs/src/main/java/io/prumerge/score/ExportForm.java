package io.prumerge.score;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.prumerge.service.Unknown;

/** The form in which answers are exported. */
public enum ExportForm {
  /** What the benchmark's server or own evaluator takes, which not every benchmark has. */
  @JsonProperty("submission")
  SUBMISSION,
  /** The samples of lmms-eval, which {@code score} reads back. */
  @JsonProperty("lmms-eval")
  LMMS_EVAL;

  /** Returns the spelling in settings. */
  @Override
  public String toString() {
    return Unknown.spelling(this);
  }
}
