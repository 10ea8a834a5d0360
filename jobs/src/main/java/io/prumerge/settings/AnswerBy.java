package io.prumerge.settings;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.prumerge.service.Unknown;

/** How questions are answered that have lettered options. All others are answered by text. */
public enum AnswerBy {
  /** The model generates a text, in which the benchmark looks for the letter. */
  @JsonProperty("text")
  TEXT,
  /** The letter whose token has the highest logit after the prompt; nothing is generated. */
  @JsonProperty("letter-logits")
  LETTER_LOGITS;

  /** Returns the spelling in settings. */
  @Override
  public String toString() {
    return Unknown.spelling(this);
  }
}
