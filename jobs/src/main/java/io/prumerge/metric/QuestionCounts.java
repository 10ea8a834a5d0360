package io.prumerge.metric;

import io.prumerge.metric.tally.Tally;
import io.prumerge.metric.tally.TallySum;
import io.prumerge.spark.ColumnNames;

/**
 * Numbers of questions.
 *
 * @param n scored questions, errors included
 * @param clusters their images: one per {@code video} of a benchmark, else per {@code
 *     image_sha256}, else per benchmark and {@code image_id}; a split's questions that share one of
 *     several images, and so on, are one cluster
 * @param errors questions with an error, counted as wrong
 * @param unparsed answers in which the profile finds no value
 * @param missing questions without an answer, not in {@code n}
 */
public record QuestionCounts(
    long n,
    @ColumnNames("n_clusters") long clusters,
    @ColumnNames("n_errors") long errors,
    @ColumnNames("n_unparsed") long unparsed,
    @ColumnNames("n_missing") long missing) {

  static QuestionCounts of(Tally tally) {
    return new QuestionCounts(
        tally.count(TallySum.N),
        tally.count(TallySum.CLUSTERS),
        tally.count(TallySum.ERRORS),
        tally.count(TallySum.UNPARSED),
        tally.count(TallySum.MISSING));
  }
}
