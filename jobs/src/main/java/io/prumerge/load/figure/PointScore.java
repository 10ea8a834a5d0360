package io.prumerge.load.figure;

import io.prumerge.spark.ColumnNames;
import io.prumerge.statistics.ClusteredRatio;
import io.prumerge.statistics.Interval;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How good a point's answers are.
 *
 * @param scored requests that have a score, of all phases: answers and errors; 0 without an answer
 * @param value mean score of these in percent, errors as 0; null without an answer
 * @param interval its 95 % interval: Wilson's, clustered by picture; null with one picture only
 * @param change mean score less that of the server's first point on the questions that both
 *     answered, in points: the noise of one server, of which errors are no part; null for the first
 *     point itself
 * @param changeInterval its 95 % interval, paired by question and clustered by picture
 * @param changedAnswers percent of these questions whose answer has another text; null likewise
 */
public record PointScore(
    @ColumnNames("n_scored") int scored,
    @ColumnNames("score") OptionalDouble value,
    @ColumnNames("score_ci_*") Optional<Interval> interval,
    @ColumnNames("score_change") OptionalDouble change,
    @ColumnNames("score_change_ci_*") Optional<Interval> changeInterval,
    OptionalDouble changedAnswers) {

  static final double PERCENT = 100;

  /**
   * @param first the server's first point; empty for that itself
   */
  static PointScore of(PointScores scores, Optional<PointScores> first) {
    Optional<ClusteredRatio> mean = scores.mean();
    Optional<ClusteredRatio> change = first.flatMap(scores::less);
    return new PointScore(
        scores.count(),
        percent(mean),
        mean.flatMap(ClusteredRatio::ofShare).map(PointScore::percent),
        percent(change),
        change.flatMap(one -> one.ofDifference(1)).map(one -> percent(one.within(-1, 1))),
        first.isEmpty() ? OptionalDouble.empty() : percent(scores.changed(first.get())));
  }

  static OptionalDouble percent(Optional<ClusteredRatio> share) {
    return share.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(PERCENT * share.get().value());
  }

  static Interval percent(Interval share) {
    return new Interval(PERCENT * share.low(), PERCENT * share.high());
  }

  private static OptionalDouble percent(OptionalDouble share) {
    return share.isEmpty() ? share : OptionalDouble.of(PERCENT * share.getAsDouble());
  }
}
