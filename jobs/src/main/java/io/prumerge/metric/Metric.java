package io.prumerge.metric;

import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.statistics.Interval;
import io.prumerge.store.ColumnExpressions;
import io.prumerge.store.Table;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * One figure of one method on one benchmark.
 *
 * @param category the group it is about, {@code all} over all
 * @param name bare name
 * @param headline whether it is the main figure
 * @param value shares in percent; absent where the definition divides by zero
 * @param stderr standard error in the same unit, clustered by image; absent where none is known
 * @param interval of 95 percent in the same unit, by {@code uncertainty}; absent where there is one
 *     image only
 * @param n scored questions
 * @param clusters images with their questions
 * @param errors questions with an error, counted as wrong
 * @param unparsed answers without a value for the parser
 * @param missing questions without an answer, not in {@code n}
 * @param comparison with the baseline; absent where the baseline has no such figure
 * @param uncertainty the method behind error, interval and test; absent without a value
 * @param chance the figure of blind answers: guesses, or yes to everything for F1, precision and
 *     recall; absent if no answer is right or wrong
 * @param caveat why the figure covers a part of its questions only, or lacks a value for want of
 *     answers; absent for a figure over all questions
 */
public record Metric(
    String runId,
    String model,
    String benchmark,
    String split,
    String method,
    String profile,
    String category,
    String name,
    boolean headline,
    OptionalDouble value,
    OptionalDouble stderr,
    Optional<Interval> interval,
    long n,
    long clusters,
    long errors,
    long unparsed,
    long missing,
    Optional<Comparison> comparison,
    Optional<Uncertainty> uncertainty,
    OptionalDouble chance,
    Optional<String> caveat) {

  private static final String CONFIRMATORY = "confirmatory";
  private static final String EXPLORATORY = "exploratory";

  /** Returns whether its test is in the declared family: headlines under own profiles. */
  public boolean isConfirmatory() {
    return headline && new ScoreKey(runId, model, benchmark, split, method, profile).isOwnProfile();
  }

  /** Returns the same with a corrected test. */
  Metric withAdjusted(double pValue) {
    return new Metric(
        runId,
        model,
        benchmark,
        split,
        method,
        profile,
        category,
        name,
        headline,
        value,
        stderr,
        interval,
        n,
        clusters,
        errors,
        unparsed,
        missing,
        comparison.map(one -> one.withAdjusted(pValue)),
        uncertainty,
        chance,
        caveat);
  }

  /** Returns a row of {@link Table#METRICS}. */
  public Row row() {
    Optional<Interval> delta = comparison.flatMap(Comparison::interval);
    Optional<Comparison.Test> test = comparison.flatMap(Comparison::test);
    return RowFactory.create(
        runId,
        model,
        benchmark,
        split,
        method,
        profile,
        category,
        name,
        headline,
        ColumnExpressions.boxed(value),
        ColumnExpressions.boxed(stderr),
        interval.map(Interval::low).orElse(null),
        interval.map(Interval::high).orElse(null),
        n,
        clusters,
        errors,
        unparsed,
        missing,
        comparison.map(Comparison::delta).orElse(null),
        delta.map(Interval::low).orElse(null),
        delta.map(Interval::high).orElse(null),
        test.map(one -> one.way().label()).orElse(null),
        test.map(Comparison.Test::pValue).orElse(null),
        test.map(one -> ColumnExpressions.boxed(one.adjusted())).orElse(null),
        uncertainty.map(Uncertainty::label).orElse(null),
        isConfirmatory() ? CONFIRMATORY : EXPLORATORY,
        comparison.map(one -> ColumnExpressions.boxed(one.detectable())).orElse(null),
        ColumnExpressions.boxed(chance),
        caveat.orElse(null));
  }
}
