package io.prumerge.benchmark;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * The columns of a table that hold answers.
 *
 * @param id of the questions' ids
 * @param text of the answers
 * @param key gets the {@link Benchmark#key} from an id
 */
public record AnswerColumns(String id, String text, UnaryOperator<String> key) {

  /** Returns whether a table has both. */
  public boolean areIn(Collection<String> columns) {
    return columns.containsAll(List.of(id, text));
  }

  /**
   * Returns the answer in a row.
   *
   * @param id the cell of the id
   * @param text the cell of the answer
   * @param where the row's place, for messages
   */
  public GivenAnswer answer(String id, String text, String where) {
    return GivenAnswer.of(key.apply(id), text, where);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s and %s", id, text);
  }
}
