package io.prumerge.source;

/** A row of a file beside the questions', of which nothing has become until it is said. */
public final class SideRow {

  /** What becomes of a row. */
  enum Outcome {
    NONE,
    UNASKED,
    USED,
    REPEATED,
    UNREADABLE
  }

  private final SideAccount account;
  private Outcome outcome = Outcome.NONE;

  SideRow(SideAccount account) {
    this.account = account;
    account.add(outcome, 1);
  }

  /** Says that no question has asked for the row so far. */
  public void isUnasked() {
    become(Outcome.UNASKED);
  }

  /** Says that a question asked for the row. */
  public void isUsed() {
    become(Outcome.USED);
  }

  /** Says that the row cannot be read. */
  public void isUnreadable() {
    become(Outcome.UNREADABLE);
  }

  /** Says that another row counts in place of this one, unless a question asked for it. */
  void isRepeated() {
    if (outcome != Outcome.USED) {
      become(Outcome.REPEATED);
    }
  }

  private void become(Outcome next) {
    account.add(outcome, -1);
    outcome = next;
    account.add(next, 1);
  }
}
