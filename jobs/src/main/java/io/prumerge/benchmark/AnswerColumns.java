package io.prumerge.benchmark;

import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The columns of a table that hold answers.
 *
 * @param id of the questions' ids
 * @param text of the answers
 * @param key gets the {@link Benchmark#key} from an id, or throws {@link IllegalArgumentException}
 *     that says what is wrong with it
 */
public record AnswerColumns(String id, String text, UnaryOperator<String> key) {

  /**
   * Returns the columns of answers that a table has.
   *
   * @param known those that are looked for; the first of them that the table has is taken
   * @param columns the table's
   * @param table its name, for the message
   * @param advice what to do, the end of the message
   * @throws DataException if the table has none of them
   */
  public static AnswerColumns in(
      List<AnswerColumns> known, Collection<String> columns, String table, String advice) {
    return known.stream()
        .filter(one -> columns.containsAll(List.of(one.id(), one.text())))
        .findFirst()
        .orElseThrow(
            () ->
                new DataException(
                    Text.format(
                        "%s: answers are in the columns %s; its columns: %s%s",
                        table,
                        known.stream()
                            .map(AnswerColumns::toString)
                            .collect(Collectors.joining(", or ")),
                        String.join(", ", columns),
                        advice)));
  }

  /**
   * Returns the answer in a row.
   *
   * @param id the cell of the id
   * @param text the cell of the answer
   * @param where the row's place, for messages
   * @throws DataException if the id is none
   */
  public GivenAnswer answer(String id, String text, String where) {
    try {
      return GivenAnswer.of(key.apply(id), text, where);
    } catch (IllegalArgumentException e) {
      throw new DataException(where + ": " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return Text.format("%s and %s", id, text);
  }
}
