package io.prumerge.report;

import java.util.List;
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
 * @param n scored questions
 * @param clusters images with their questions
 * @param errors questions with an error, counted as wrong
 * @param unparsed answers the parser made nothing of
 * @param missing questions without an answer, not in {@code n}
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
    long n,
    long clusters,
    long errors,
    long unparsed,
    long missing) {

  /** What two methods' figures are paired by. */
  List<String> pairing() {
    return List.of(runId, model, benchmark, split, profile, category, name);
  }

  /**
   * A row of {@link Table#METRICS}; intervals and tests are left null.
   *
   * @param baseline the baseline's value of the same metric; absent where there is none
   */
  Row row(OptionalDouble baseline) {
    Double delta =
        value.isPresent() && baseline.isPresent()
            ? (Double) (value.getAsDouble() - baseline.getAsDouble())
            : null;
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
        null,
        null,
        n,
        clusters,
        errors,
        unparsed,
        missing,
        delta,
        null,
        null,
        null,
        null,
        null);
  }
}
