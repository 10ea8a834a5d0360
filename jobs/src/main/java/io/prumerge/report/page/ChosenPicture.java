package io.prumerge.report.page;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;

/**
 * A picture worth a look: one whose answers the methods change most, or that is answered worst by
 * all. Spark picks them; the driver gets their names.
 *
 * @param picture which
 * @param why in words
 * @param questions ids of the questions that change most, at most {@link #QUESTIONS}
 */
record ChosenPicture(PictureKey picture, String why, List<String> questions) {

  /** Shown of one picture. */
  static final int QUESTIONS = 3;

  /** Of each kind, over all benchmarks. */
  private static final int CHANGED = 12;

  private static final int WORST = 6;

  /** Everything that is compared within one question, by picture. */
  private static Dataset<Row> pictures(Dataset<Row> scores, String baseline) {
    Column isBaseline = col("method").equalTo(lit(baseline));
    return scores
        .where(ReportRows.ownProfile())
        .where("image_id IS NOT NULL AND score IS NOT NULL")
        .groupBy("run_id", "benchmark", "split", "image_id", "question_id")
        .agg(
            functions.max(when(isBaseline, col("score"))).as("base"),
            functions.collect_list(when(not(isBaseline), col("score"))).as("others"))
        .withColumn(
            "change", expr("aggregate(others, 0D, (sum, s) -> sum + abs(s - base)) / size(others)"))
        .withColumn(
            "shift", expr("aggregate(others, 0D, (sum, s) -> sum + s - base) / size(others)"))
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
            expr(String.format(
                    Locale.ROOT,
                    "slice(array_sort(collect_list(struct(-coalesce(change, 0D) AS rank, question_id))), 1, %d)",
                    QUESTIONS))
                .as("asked"));
  }

  /**
   * Picks as many from each benchmark as there is room for.
   *
   * @param scores rows of the table of scores
   * @param benchmarks how many benchmarks and splits these are of
   */
  static List<ChosenPicture> of(Dataset<Row> scores, String baseline, int benchmarks) {
    Dataset<Row> pictures = pictures(scores, baseline).cache();
    try {
      List<ChosenPicture> chosen = new ArrayList<>();
      Set<PictureKey> seen = new HashSet<>();
      List<Row> changed =
          top(
              pictures.where("change > 0"),
              Math.max(1, CHANGED / Math.max(1, benchmarks)),
              CHANGED,
              col("change").desc(),
              col("n").desc(),
              col("image_id"));
      for (Row row : changed) {
        seen.add(PictureKey.of(row));
        chosen.add(chosen(row, shift(row)));
      }
      List<Row> worst =
          top(
              pictures.where("score < 1"),
              Math.max(1, WORST / Math.max(1, benchmarks)),
              WORST,
              col("score"),
              col("change"),
              col("n").desc(),
              col("image_id"));
      for (Row row : worst) {
        if (seen.add(PictureKey.of(row))) {
          chosen.add(
              chosen(
                  row,
                  String.format(
                      Locale.ROOT,
                      "Among the worst: mean score %d %%",
                      Math.round(100 * row.<Double>getAs("score")))));
        }
      }
      return chosen;
    } finally {
      pictures.unpersist();
    }
  }

  /** The first ones of each benchmark. */
  private static List<Row> top(Dataset<Row> pictures, int each, int most, Column... order) {
    return pictures
        .withColumn(
            "place", row_number().over(Window.partitionBy("benchmark", "split").orderBy(order)))
        .where(col("place").leq(each))
        .orderBy("place", "benchmark", "split")
        .limit(most)
        .collectAsList();
  }

  private static String shift(Row row) {
    long shift = Math.round(100 * row.<Double>getAs("shift"));
    long change = Math.round(100 * row.<Double>getAs("change"));
    String gain =
        shift == 0
            ? "The methods win as much as they lose"
            : String.format(
                Locale.ROOT,
                "The methods %s %d points in the mean",
                shift < 0 ? "lose" : "win",
                Math.abs(shift));
    return change == Math.abs(shift)
        ? gain
        : String.format(Locale.ROOT, "%s; %d either way", gain, change);
  }

  private static ChosenPicture chosen(Row row, String why) {
    return new ChosenPicture(
        PictureKey.of(row),
        why,
        row.<Row>getList(row.fieldIndex("asked")).stream()
            .map(asked -> asked.<String>getAs("question_id"))
            .toList());
  }
}
