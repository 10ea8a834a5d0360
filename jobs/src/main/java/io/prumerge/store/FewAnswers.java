package io.prumerge.store;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Gives the figures of a small run to one task each. A query over rows of one partition needs no
 * shuffle, so it is one job of one stage instead of three to five, which Spark plans anew after
 * each; the query itself is the same.
 */
public final class FewAnswers {

  /**
   * As many answers are too many for one task: reading and adding up so many rows takes about as
   * long as the stages do that it saves.
   */
  static final long MANY = 20_000;

  private FewAnswers() {}

  /**
   * Returns the same rows, in one partition if they are few.
   *
   * @param rows of answers, of their scores or of their questions
   * @param answers number of the answers
   */
  public static Dataset<Row> together(Dataset<Row> rows, long answers) {
    return together(rows, answers, MANY);
  }

  /** Returns the same rows, in one partition if their answers are fewer than {@code many}. */
  static Dataset<Row> together(Dataset<Row> rows, long answers, long many) {
    return answers < many ? rows.coalesce(1) : rows;
  }
}
