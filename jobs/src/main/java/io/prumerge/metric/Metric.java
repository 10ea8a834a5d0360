package io.prumerge.metric;

import io.prumerge.console.Texts;
import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.spark.ColumnNames;
import io.prumerge.statistics.Interval;
import io.prumerge.store.Table;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One figure of one method on one benchmark; a row of {@link #TABLE}.
 *
 * @param category the group it is about, {@code all} over all
 * @param name bare name
 * @param headline whether it is the main figure
 * @param value shares in percent; absent where the definition divides by zero
 * @param stderr standard error in the same unit, clustered by image; absent where none is known
 * @param interval of 95 percent in the same unit, by {@code uncertainty}; absent where there is one
 *     image only
 * @param counts the questions that it is over
 * @param comparison with the baseline; absent where the baseline has no such figure
 * @param uncertainty the method of error, interval and test; absent without a value
 * @param family of its test
 * @param mde the minimum detectable effect of the comparison in the same unit; absent without a
 *     spread
 * @param chance the figure of blind answers: guesses, or yes to everything for F1, precision and
 *     recall; absent if no answer is right or wrong
 * @param caveat why the figure covers a part of its questions only, or lacks a value for want of
 *     answers, or how many rows of the benchmark's files were left out, or how many undecided
 *     answers a headline counts as a value in their place; absent for a figure over all questions
 */
public record Metric(
    ScoreKey key,
    String category,
    @ColumnNames("metric") String name,
    @ColumnNames("is_headline") boolean headline,
    OptionalDouble value,
    OptionalDouble stderr,
    @ColumnNames({"ci_low", "ci_high"}) Optional<Interval> interval,
    QuestionCounts counts,
    @ColumnNames({
          "delta_vs_baseline",
          "delta_ci_low",
          "delta_ci_high",
          "test",
          "p_value",
          "p_adjusted"
        })
        Optional<Comparison> comparison,
    @ColumnNames("inference") Optional<Uncertainty> uncertainty,
    TestFamily family,
    OptionalDouble mde,
    OptionalDouble chance,
    Optional<String> caveat) {

  /** One row per run, benchmark, split, method, profile, category and metric. */
  public static final Table<Metric> TABLE = Table.of("metrics", Metric.class);

  /** The fewest images that tell something about a category. */
  private static final int FEWEST = 10;

  /** Returns whether its test is in the declared family. */
  public boolean isConfirmatory() {
    return family == TestFamily.CONFIRMATORY;
  }

  /** Returns whether it is a category's figure that methods are compared by. */
  public boolean isOfCategory() {
    return family == TestFamily.CATEGORIES;
  }

  /** Returns whether a category has too few images for its figure to tell anything. */
  public boolean isOfTooFew() {
    return isOfCategory() && counts.clusters() < FEWEST;
  }

  /** Returns this metric as a category's figure that methods are compared by. */
  Metric asOfCategory() {
    Metric own = with(TestFamily.CATEGORIES, comparison, caveat);
    return own.isOfTooFew() && value.isPresent()
        ? own.with(
            String.format(
                Locale.ROOT, "too few to tell: %s", Texts.count(counts.clusters(), "image")))
        : own;
  }

  /** Returns this metric with the p-value that is corrected for several tests. */
  Metric withAdjusted(double pValue) {
    return with(family, comparison.map(one -> one.withAdjusted(pValue)), caveat);
  }

  /** Returns this metric with one more caveat. */
  Metric with(String more) {
    return with(family, comparison, Optional.of(caveat.map(one -> one + "; " + more).orElse(more)));
  }

  private Metric with(TestFamily tested, Optional<Comparison> compared, Optional<String> said) {
    return new Metric(
        key,
        category,
        name,
        headline,
        value,
        stderr,
        interval,
        counts,
        compared,
        uncertainty,
        tested,
        mde,
        chance,
        said);
  }
}
