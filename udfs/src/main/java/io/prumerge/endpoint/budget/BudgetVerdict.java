package io.prumerge.endpoint.budget;

/** What the counts of a server's budgets say, in the order in which they are looked for. */
public enum BudgetVerdict {
  /** The server refuses a budget in its own words. */
  REFUSED("refused"),
  /** It states no number of tokens. */
  UNCOUNTED("uncounted"),
  /** It counts a picture as at most two tokens, whatever its size. */
  NOT_COUNTING_PICTURES("not counting pictures"),
  /** It counts other pictures of the same sizes otherwise when the budgets come in reverse. */
  DEPENDS_ON_ORDER("depends on order"),
  /** It counts the same at all budgets. */
  IGNORED("ignored"),
  /** It counts what the model's rule says, with or without special tokens. */
  AS_ASKED("as asked"),
  /** It counts what the rule says up to a budget, and the same at all above. */
  CLAMPED("clamped"),
  /** It counts something else than the rule says. */
  OTHER_COUNT("other count"),
  /** It counts more at one budget than at another; no rule of the model is known. */
  DIFFERS("differs, no rule known");

  private final String spelling;

  BudgetVerdict(String spelling) {
    this.spelling = spelling;
  }

  /** Returns the verdict in words. */
  public String spelling() {
    return spelling;
  }
}
