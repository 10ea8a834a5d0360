package io.prumerge.settings;

/** What is found out of a server's budgets of visual tokens before a run. */
public enum BudgetCheck {
  /** Whether it counts what it is asked for, with four made pictures a budget. */
  BUDGETS,
  /** Nothing. */
  NONE
}
