package io.prumerge.report;

import io.prumerge.statistics.Interval;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * One figure of one method on one benchmark.
 *
 * @param category the group it is about, {@code all} over all
 * @param name bare name
 * @param headline whether methods are compared by it
 * @param value shares in percent; absent where the definition divides by zero
 * @param stderr standard error in the same unit, clustered by image; absent where none is known
 * @param interval of 95 percent in the same unit: Student's t around a mean, else the cluster
 *     bootstrap's; absent where there is one image only
 * @param n scored questions
 * @param clusters images with their questions
 * @param errors questions with an error, counted as wrong
 * @param unparsed answers the parser made nothing of
 * @param missing questions without an answer, not in {@code n}
 * @param comparison with the baseline; absent where the baseline has no such figure
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
    Optional<Comparison> comparison) {

  /** The same with its test corrected for all that were made. */
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
        comparison.map(one -> one.withAdjusted(pValue)));
  }

  /** A row of {@link Table#METRICS}. */
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
        Columns.boxed(value),
        Columns.boxed(stderr),
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
        test.map(Comparison.Test::name).orElse(null),
        test.map(Comparison.Test::pValue).orElse(null),
        test.map(one -> Columns.boxed(one.adjusted())).orElse(null));
  }
}
