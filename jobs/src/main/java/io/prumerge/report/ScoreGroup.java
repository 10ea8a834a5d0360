package io.prumerge.report;

import java.util.OptionalDouble;
import org.apache.spark.sql.Row;

/**
 * The scores of one method in one category, or over all of them.
 *
 * @param key whose scores these are
 * @param category the category's name, {@code all} over all
 * @param n scored questions, errors included
 * @param clusters images with their questions
 * @param errors questions with an error
 * @param unparsed answers the parser made nothing of
 * @param missing questions without an answer; not in {@code n}
 * @param meanScore 0..1
 * @param counts yes/no answers against their labels; zero for other kinds of questions
 * @param scoreError standard error of the mean score, clustered by image
 * @param yesError standard error of the share of yes, clustered by image
 */
record ScoreGroup(
    ScoreKey key,
    String category,
    long n,
    long clusters,
    long errors,
    long unparsed,
    long missing,
    OptionalDouble meanScore,
    Counts counts,
    OptionalDouble scoreError,
    OptionalDouble yesError) {

  static ScoreGroup of(Row row) {
    long n = row.getAs("n");
    long clusters = row.getAs("n_clusters");
    double score = row.getAs("score");
    return new ScoreGroup(
        ScoreKey.of(row),
        row.getAs("category"),
        n,
        clusters,
        row.getAs("n_errors"),
        row.getAs("n_unparsed"),
        row.getAs("n_missing"),
        n == 0 ? OptionalDouble.empty() : OptionalDouble.of(score / n),
        new Counts(row.getAs("tp"), row.getAs("fp"), row.getAs("fn"), row.getAs("tn")),
        standardError(row.getAs("score_squares"), clusters),
        standardError(row.getAs("yes_squares"), clusters));
  }

  /**
   * The usual sandwich estimator of a weighted mean over clusters: residuals summed per cluster,
   * squared, summed, times G / (G - 1). One cluster alone has no spread to tell.
   */
  private static OptionalDouble standardError(Double squares, long clusters) {
    return squares == null || clusters < 2
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.sqrt(squares * clusters / (clusters - 1)));
  }
}
