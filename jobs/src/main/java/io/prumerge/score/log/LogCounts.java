package io.prumerge.score.log;

import io.prumerge.console.Failure;
import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.source.RowCounts;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of the rows of logs, each counted once.
 *
 * @param rows that were met
 * @param used rows whose answer is that of a question, or of several
 * @param ofOtherFilters rows of a filter after the first
 * @param repeated rows that repeat a used one
 * @param failures rows of a question to which the tool got no answer
 * @param withoutQuestion rows that fit no question, or several
 * @param unread rows that cannot be read
 * @param answered questions that have an answer
 */
public record LogCounts(
    long rows,
    long used,
    long ofOtherFilters,
    long repeated,
    long failures,
    long withoutQuestion,
    long unread,
    long answered) {

  /**
   * Checks that each row has one outcome.
   *
   * @throws Failure if not, which is a fault of this program
   */
  LogCounts closed() {
    if (rows != used + ofOtherFilters + repeated + failures + withoutQuestion + unread) {
      throw Failure.ofCounts("rows of logs", "the files' form", List.of(sentence()));
    }
    return this;
  }

  /** Returns the counts in words, without those that are 0. */
  public String sentence() {
    List<String> outcomes = new ArrayList<>();
    outcomes.add(Text.format("%,d used", used));
    RowCounts.add(outcomes, ofOtherFilters, "of another filter");
    RowCounts.add(outcomes, repeated, "equal to one before");
    RowCounts.add(outcomes, failures, "with a failure for an answer");
    RowCounts.add(outcomes, withoutQuestion, "without a question");
    RowCounts.add(outcomes, unread, "unreadable");
    return Text.format(
        "%s of logs: %s; they answer %s",
        Texts.count(rows, "row"), String.join(", ", outcomes), Texts.count(answered, "question"));
  }
}
