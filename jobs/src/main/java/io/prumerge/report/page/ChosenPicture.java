package io.prumerge.report.page;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;

import io.prumerge.lang.Text;
import io.prumerge.spark.RecordColumns;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;

/**
 * An image for the examples: its answers change most under the methods, or its scores are the
 * lowest. Spark selects them; the driver gets their names.
 *
 * @param picture the image
 * @param why the reason, in words
 * @param questions ids of the questions that change most, at most {@link #QUESTIONS}
 */
record ChosenPicture(PictureKey picture, String why, List<String> questions) {

  /** Most questions of one image. */
  static final int QUESTIONS = 3;

  /** Most images of each kind, over all benchmarks. */
  private static final int CHANGED = 12;

  private static final int WORST = 6;

  private static final String CHANGED_PLACE = "changed_place";
  private static final String WORST_PLACE = "worst_place";

  /**
   * An image that qualifies.
   *
   * @param change mean absolute difference of a method's score to the baseline's; empty, like the
   *     shift, where only one of them has scores
   * @param shift mean difference
   * @param score mean over all methods
   * @param asked its questions that change most
   * @param changedPlace its number within its benchmark, the most changed first; empty if it does
   *     not qualify
   * @param worstPlace its number, the lowest score first; likewise
   */
  private record Candidate(
      PictureKey picture,
      OptionalDouble change,
      OptionalDouble shift,
      OptionalDouble score,
      List<Asked> asked,
      Optional<Integer> changedPlace,
      Optional<Integer> worstPlace) {}

  /** A question; the one that changes most has the lowest rank. */
  private record Asked(double rank, String questionId) {}

  /** Returns the differences between methods within each question, by image. */
  private static Dataset<Row> pictures(
      Dataset<Row> scores, String baseline, Collection<String> methods) {
    // A column per method: Spark would sort the rows to collect the scores in a list.
    Column[] others =
        methods.stream()
            .filter(method -> !method.equals(baseline))
            .map(ChosenPicture::score)
            .toArray(Column[]::new);
    return scores
        .where("image_id IS NOT NULL AND score IS NOT NULL")
        .groupBy("run_id", "benchmark", "split", "image_id", "question_id")
        .agg(
            score(baseline).as("base"),
            functions.array_compact(functions.array(others)).cast("array<double>").as("others"))
        .withColumn(
            // Null where there is only the baseline: ANSI mode refuses to divide by zero.
            "n_others", expr("nullif(size(others), 0)"))
        .withColumn(
            "change", expr("aggregate(others, 0D, (sum, s) -> sum + abs(s - base)) / n_others"))
        .withColumn("shift", expr("aggregate(others, 0D, (sum, s) -> sum + s - base) / n_others"))
        .withColumn(
            "score",
            expr(
                "aggregate(others, coalesce(base, 0D), (sum, s) -> sum + s) / (size(others) +"
                    + " int(base IS NOT NULL))"))
        .groupBy("benchmark", "split", "image_id", "question_id")
        .agg(
            functions.avg("change").as("change"),
            functions.avg("shift").as("shift"),
            functions.avg("score").as("score"))
        .groupBy("benchmark", "split", "image_id")
        .agg(
            functions.avg("change").as("change"),
            functions.avg("shift").as("shift"),
            functions.avg("score").as("score"),
            functions.count(lit(1)).as("n"),
            expr(Text.format(
                    "slice(array_sort(collect_list(struct(-coalesce(change, 0D) AS rank,"
                        + " question_id))), 1, %d)",
                    QUESTIONS))
                .as("asked"));
  }

  /** Returns a method's score of a question. */
  private static Column score(String method) {
    return functions.max(when(col("method").equalTo(lit(method)), col("score")));
  }

  /**
   * Returns equally many images from each benchmark.
   *
   * @param scores rows of the table of scores under the benchmarks' own profiles
   * @param methods all methods of the scores
   * @param benchmarks number of benchmarks and splits in the scores
   */
  static List<ChosenPicture> of(
      Dataset<Row> scores, String baseline, Collection<String> methods, int benchmarks) {
    int mostChanged = Math.max(1, CHANGED / Math.max(1, benchmarks));
    int mostWorst = Math.max(1, WORST / Math.max(1, benchmarks));
    // One query for both kinds, and nothing cached: Spark joins small partitions of a shuffle, but
    // keeps all of them in a cache.
    Dataset<Row> pictures =
        pictures(scores, baseline, methods)
            .withColumn(
                CHANGED_PLACE,
                place(col("change").gt(0), col("change").desc(), col("n").desc(), col("image_id")))
            .withColumn(
                WORST_PLACE,
                place(
                    col("score").lt(1),
                    col("score").asc_nulls_last(),
                    col("change"),
                    col("n").desc(),
                    col("image_id")))
            .where(col(CHANGED_PLACE).leq(mostChanged).or(col(WORST_PLACE).leq(mostWorst)));
    List<Candidate> candidates = RecordColumns.of(Candidate.class).collect(pictures);
    List<ChosenPicture> chosen = new ArrayList<>();
    Set<PictureKey> seen = new HashSet<>();
    for (Candidate row : top(candidates, Candidate::changedPlace, mostChanged, CHANGED)) {
      seen.add(row.picture());
      chosen.add(chosen(row, shift(row)));
    }
    for (Candidate row : top(candidates, Candidate::worstPlace, mostWorst, WORST)) {
      if (seen.add(row.picture())) {
        chosen.add(
            chosen(
                row,
                Text.format(
                    "Answered badly: mean score %d %% over all methods",
                    Math.round(100 * row.score().getAsDouble()))));
      }
    }
    return chosen;
  }

  /**
   * Returns an image's place within its benchmark; null unless it qualifies. The order must have
   * those that qualify first.
   */
  private static Column place(Column qualifies, Column... order) {
    return when(
        qualifies, row_number().over(Window.partitionBy("benchmark", "split").orderBy(order)));
  }

  /** Returns the first rows of each benchmark. */
  private static List<Candidate> top(
      List<Candidate> candidates,
      Function<Candidate, Optional<Integer>> place,
      int each,
      int most) {
    return candidates.stream()
        .filter(row -> place.apply(row).filter(number -> number <= each).isPresent())
        .sorted(
            Comparator.comparingInt((Candidate row) -> place.apply(row).orElseThrow())
                .thenComparing(row -> row.picture().benchmark())
                .thenComparing(row -> row.picture().split()))
        .limit(most)
        .toList();
  }

  private static String shift(Candidate row) {
    long shift = Math.round(100 * row.shift().getAsDouble());
    long change = Math.round(100 * row.change().getAsDouble());
    String gain =
        shift == 0
            ? "On average, the methods score as the baseline does"
            : Text.format(
                "On average, the methods score %d points %s than the baseline",
                Math.abs(shift), shift < 0 ? "lower" : "higher");
    return change == Math.abs(shift)
        ? gain
        : Text.format("%s; the mean absolute difference is %d", gain, change);
  }

  private static ChosenPicture chosen(Candidate row, String why) {
    return new ChosenPicture(
        row.picture(), why, row.asked().stream().map(Asked::questionId).toList());
  }
}
