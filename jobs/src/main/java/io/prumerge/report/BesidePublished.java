package io.prumerge.report;

import io.prumerge.metric.tally.MethodKey;
import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.spark.ColumnNames;
import io.prumerge.statistics.Interval;
import io.prumerge.store.Table;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A figure of the report beside one that is published.
 *
 * @param key method, questions and profile here
 * @param metric the figure's name
 * @param prompts name of the questions' wording here; null if the examples do not say it
 * @param value of the figure here, as of {@code report/metrics}
 * @param interval likewise
 * @param n likewise
 * @param visualTokens mean of the benchmark here
 * @param published as the file has it
 * @param difference {@code value} - {@code published_score}; null where the file names no split, or
 *     one of both figures seems to be a share
 * @param unlike what is, or may be, other there than here; empty: all that is known agrees
 */
public record BesidePublished(
    ScoreKey key,
    String metric,
    Optional<String> prompts,
    OptionalDouble value,
    @ColumnNames({"ci_low", "ci_high"}) Optional<Interval> interval,
    long n,
    @ColumnNames("visual_tokens_after_mean") OptionalDouble visualTokens,
    Printed published,
    OptionalDouble difference,
    List<String> unlike) {

  /**
   * One row per published figure and figure of the report that it fits: benchmark, metric, split,
   * model and method agree ({@code --published}).
   */
  public static final Table<BesidePublished> TABLE = Table.of("published", BesidePublished.class);

  public BesidePublished {
    unlike = List.copyOf(unlike);
  }

  /**
   * A published figure.
   *
   * @param method as the file names it
   * @param model likewise
   * @param prompts likewise; null if the file does not say it
   * @param profile how answers were scored, likewise
   * @param tokens visual tokens of an image, likewise
   * @param score as printed
   * @param place file and line, or the place in the file
   * @param source who printed it; null if the file does not say it
   * @param remark likewise
   */
  public record Printed(
      @ColumnNames("published_method") String method,
      @ColumnNames("published_model") String model,
      @ColumnNames("published_prompts") Optional<String> prompts,
      @ColumnNames("published_profile") Optional<String> profile,
      @ColumnNames("published_tokens") OptionalDouble tokens,
      @ColumnNames("published_score") double score,
      @ColumnNames("published_place") String place,
      Optional<String> source,
      Optional<String> remark) {}

  /** Returns the method and its run. */
  public MethodKey method() {
    return MethodKey.of(key);
  }

  /** Returns whether no visual token is dropped. */
  public boolean isUnreduced() {
    return key.method().equals(MethodSpec.NONE.toString());
  }

  /** Returns whether both were asked and scored alike, as far as the file and the run say. */
  public boolean isLike() {
    return unlike.isEmpty();
  }
}
