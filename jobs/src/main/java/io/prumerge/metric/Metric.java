package io.prumerge.metric;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.spark.AddedLater;
import io.prumerge.spark.ColumnNames;
import io.prumerge.statistics.Interval;
import io.prumerge.store.Table;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One figure of one method on one benchmark; a row of {@link #TABLE}.
 *
 * @param key method, questions and profile
 * @param category {@code all}, or a group: POPE's settings, MME's tasks, ...
 * @param name each also as {@code ..._answered_only}, without the questions that have an error and
 *     their units
 * @param headline whether it is the profile's main figure: POPE {@code f1} (mean of the three
 *     settings), MME {@code perception}, ...
 * @param value percent; null if undefined: its definition divides by zero
 * @param stderr in the same unit; linearised, residuals summed per image; null if one image alone
 *     is in the figure or a part of it
 * @param interval 95 % interval; shares stay within 0 and 100; null if there is one image only
 * @param counts the questions that it is over
 * @param comparison with the baseline, over the questions that both answered; absent where the
 *     baseline has no such figure
 * @param uncertainty the figure's interval: {@code clustered_wilson} or {@code cluster_bootstrap};
 *     null without a value
 * @param family {@code confirmatory}: headlines under the benchmarks' own profiles, one row per
 *     run, benchmark, split and method, which summary and printed tables use; {@code categories}:
 *     the same in each of two or more categories; else {@code exploratory}
 * @param mde minimum detectable effect: the difference to the baseline that the uncorrected test at
 *     5 % finds with 80 % probability; null without a spread
 * @param chance the figure of blind answers: guesses for accuracies, units and points; yes to
 *     everything for F1, precision and recall; else null
 * @param caveat {@code n_missing}; groups without answers, as SEED-Bench's videos for {@code
 *     seed_all}; a part with one image; a category with fewer than 10; what was read of the
 *     benchmark's files and is not in {@code n}, or an error: rows left out, questions beyond
 *     {@code prepare}'s limit, pictures that cannot be shown, rows of right answers that no
 *     question used, answers that {@code score} left out; a headline's undecided answers that a
 *     rule replaced (MMMU's random letters, MathVista's nearest option); that one of it and the
 *     baseline answered more than the other, whose difference is over what both did; else null
 * @param parser how the profile of a benchmark's file reads answers; after a comma those to
 *     questions without options; null where the profile alone says it
 * @param categoryKind of which kind the category is, such as {@code answer type}: questions are in
 *     several categories, but seldom in two of a kind; null for {@code all}
 * @param protocol which frames of the videos were seen, as in {@code predictions}; else null
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
    Optional<String> caveat,
    @AddedLater Optional<String> parser,
    @AddedLater Optional<String> categoryKind,
    @AddedLater Optional<String> protocol) {

  /**
   * One row per run, benchmark, split, method, profile, category and metric. The metric {@code
   * loyalty} is the share of answers that the profile reads as the baseline's; an error equals
   * nothing. Judged profiles have none.
   */
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
    Metric own = with(TestFamily.CATEGORIES, comparison, mde, caveat);
    return own.isOfTooFew() && value.isPresent()
        ? own.with(
            Text.format(
                "too few to tell: %s",
                Texts.count(counts.clusters(), protocol.isPresent() ? "video" : "image")))
        : own;
  }

  /** Returns this metric with the p-value that is corrected for several tests. */
  Metric withAdjusted(double pValue) {
    return with(family, comparison.map(one -> one.withAdjusted(pValue)), mde, caveat);
  }

  /**
   * Returns this metric with its comparison over the questions that the baseline answered, too.
   *
   * @param shared the metric over these; empty if there is none
   * @param baseline the questions of the baseline's figure
   */
  Metric onShared(Optional<Metric> shared, QuestionCounts baseline) {
    long both = shared.map(one -> one.counts.n()).orElse(0L);
    Metric compared =
        with(
            family,
            shared.flatMap(Metric::comparison),
            shared.map(Metric::mde).orElse(OptionalDouble.empty()),
            caveat);
    return new ContrastQuestions(both, counts.n() - both, baseline.n() - both)
        .differenceCaveat()
        .map(compared::with)
        .orElse(compared);
  }

  /** Returns this metric with one more caveat. */
  Metric with(String more) {
    return with(
        family, comparison, mde, Optional.of(caveat.map(one -> one + "; " + more).orElse(more)));
  }

  private Metric with(
      TestFamily tested,
      Optional<Comparison> compared,
      OptionalDouble detectable,
      Optional<String> said) {
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
        detectable,
        chance,
        said,
        parser,
        categoryKind,
        protocol);
  }
}
