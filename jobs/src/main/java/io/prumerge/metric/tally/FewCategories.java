package io.prumerge.metric.tally;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.prumerge.store.Table;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Scores whose benchmarks have few categories each: where a question file's categories are free
 * text, each may be one of a million, and a group with figures of its own in every task and on the
 * driver. The categories with the most answers stay, those with the first names among equals; the
 * others become one.
 *
 * @param scores rows of {@link Table#SCORES}
 * @param joined the number of all categories, by benchmark and split, of those that had too many
 */
public record FewCategories(Dataset<Row> scores, Map<List<String>, Long> joined) {

  /** Most categories of a benchmark's split, {@link #OTHER} among them. */
  public static final int MOST = 1000;

  /** The category of all that do not stay. */
  public static final String OTHER = "other";

  public FewCategories {
    joined = Map.copyOf(joined);
  }

  /** Returns scores as they are. */
  public static FewCategories all(Dataset<Row> scores) {
    return new FewCategories(scores, Map.of());
  }

  /** Returns scores of which some have too many categories, with few. */
  public static FewCategories of(Dataset<Row> scores) {
    Dataset<Row> ranked =
        scores
            .groupBy("benchmark", "split", "category")
            .count()
            .withColumn(
                "place",
                expr(
                    String.format(
                        Locale.ROOT,
                        "row_number() OVER (PARTITION BY benchmark, split"
                            + " ORDER BY category = '%s', count DESC, category)",
                        OTHER)));
    Map<List<String>, Long> joined = new HashMap<>();
    ranked
        .groupBy("benchmark", "split")
        .count()
        .where(expr("count > " + MOST))
        .collectAsList()
        .forEach(row -> joined.put(List.of(row.getString(0), row.getString(1)), row.getLong(2)));
    Dataset<Row> others =
        ranked
            .where(expr("place < " + MOST))
            .selectExpr("benchmark AS b", "split AS s", "category AS kept");
    Dataset<Row> few =
        scores
            .join(
                broadcast(others),
                expr("benchmark <=> b AND split <=> s AND category <=> kept"),
                "left")
            .withColumn(
                "category",
                when(col("b").isNull().and(many(joined)), OTHER).otherwise(col("category")))
            .drop("b", "s", "kept");
    return new FewCategories(few, joined);
  }

  /** Condition of the benchmarks' splits that have too many. */
  private static Column many(Map<List<String>, Long> joined) {
    Column many = lit(false);
    for (List<String> place : joined.keySet()) {
      many =
          many.or(col("benchmark").equalTo(place.get(0)).and(col("split").equalTo(place.get(1))));
    }
    return many;
  }

  /** Says that some categories have no figures of their own; empty if all have. */
  public Optional<String> caveat(ScoreKey key) {
    return Optional.ofNullable(joined.get(List.of(key.benchmark(), key.split())))
        .map(
            all ->
                String.format(
                    Locale.ROOT,
                    "of %,d categories, the %,d with the most answers have figures of their own;"
                        + " all others are together in '%s'",
                    all,
                    MOST - 1,
                    OTHER));
  }
}
