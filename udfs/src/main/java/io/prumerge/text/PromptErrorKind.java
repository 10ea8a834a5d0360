package io.prumerge.text;

/** Why a question cannot be asked. */
public enum PromptErrorKind {
  /** No text at all, or only white space. */
  PROMPT_EMPTY,
  /** The text holds image placeholders, but not as many as there are images. */
  PROMPT_PLACEHOLDER,
  /** The text has more words than the connector can read. */
  PROMPT_TOO_LONG,
  /** The tokenizer has a token in it that the model has no row for. */
  PROMPT_UNKNOWN_TOKEN,
  /** The tokenizer has no token of its own for a letter after the prompt. */
  LETTER_NOT_A_TOKEN
}
