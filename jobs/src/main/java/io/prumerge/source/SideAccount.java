package io.prumerge.source;

import io.prumerge.source.SideRow.Outcome;
import java.util.EnumMap;
import java.util.Map;

/** Keeps account of the rows of a file that belong to the questions of another. */
public final class SideAccount {

  private final String file;
  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  private long rows;

  SideAccount(String file) {
    this.file = file;
  }

  /** Counts a row, of which a reader then says what becomes of it. */
  public SideRow meet() {
    rows++;
    return new SideRow(this);
  }

  /** Counts rows for questions that are not there, which are told apart before rows are read. */
  void addUnasked(long number) {
    rows += number;
    add(Outcome.UNASKED, number);
  }

  void add(Outcome outcome, long number) {
    outcomes.merge(outcome, number, Long::sum);
  }

  /** Returns what became of the rows so far. */
  SideCounts counts() {
    return new SideCounts(
        file,
        rows,
        number(Outcome.USED),
        number(Outcome.UNASKED),
        number(Outcome.REPEATED),
        number(Outcome.UNREADABLE),
        number(Outcome.NONE));
  }

  private long number(Outcome outcome) {
    return outcomes.getOrDefault(outcome, 0L);
  }
}
