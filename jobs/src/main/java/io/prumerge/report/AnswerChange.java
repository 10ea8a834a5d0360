package io.prumerge.report;

import io.prumerge.spark.ColumnNames;
import io.prumerge.store.Table;

/**
 * How many answers of two runs differ in one way, and how far that moves their scores.
 *
 * @param a name of a method and its run, as in {@code contrasts}
 * @param b the one that it is compared with, likewise
 * @param kind the first that differs: {@code prompt} (and the answer), {@code answer} (the prompt
 *     does not, or is unknown), {@code extraction} (only the scores in the two logs)
 * @param questions questions that both were asked
 * @param differ of them, those that differ in this
 * @param scoresDiffer of these, those with another score, under the benchmark's own profile; of
 *     {@code extraction} in the logs
 * @param moved mean over all questions of both of what these scores are higher in {@code a} than in
 *     {@code b}, in percent
 */
public record AnswerChange(
    String benchmark,
    String split,
    String a,
    String b,
    AnswerChangeKind kind,
    @ColumnNames("n_both") long questions,
    @ColumnNames("n_differ") long differ,
    @ColumnNames("n_scores_differ") long scoresDiffer,
    double moved) {

  /**
   * One row per benchmark, split, kind and two methods of one name of two runs, at least one of
   * which was made of other tools' answers; only of kinds that occur, and in {@code report --runs}.
   */
  public static final Table<AnswerChange> TABLE = Table.of("answer_changes", AnswerChange.class);
}
