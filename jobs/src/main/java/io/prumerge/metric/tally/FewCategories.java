package io.prumerge.metric.tally;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.prumerge.lang.Text;
import io.prumerge.store.Table;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Scores whose benchmarks have few categories each, further groups among them: where they are free
 * text, each may be one of a million, with figures of its own in every task and on the driver. The
 * categories with the most answers stay, those with the first names among equals; the others become
 * one.
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

  /**
   * Returns scores of which some have too many categories, with few.
   *
   * @param named categories that stay however rare they are, by benchmark: rules ask for them
   */
  public static FewCategories of(Dataset<Row> scores, Map<String, Set<String>> named) {
    Column asked = lit(false);
    for (Map.Entry<String, Set<String>> one : named.entrySet()) {
      asked =
          asked.or(
              col("benchmark")
                  .equalTo(one.getKey())
                  .and(col("name").isin(one.getValue().toArray())));
    }
    Dataset<Row> ranked =
        scores
            .selectExpr(
                "benchmark",
                "split",
                "explode(array_distinct(concat(array(category), coalesce(groups, array())))) AS"
                    + " name")
            .where("name IS NOT NULL")
            .groupBy("benchmark", "split", "name")
            .count()
            .withColumn("asked", asked)
            .withColumn(
                "place",
                expr(
                    Text.format(
                        "row_number() OVER (PARTITION BY benchmark, split"
                            + " ORDER BY name = '%s', asked DESC, count DESC, name)",
                        OTHER)));
    Map<List<String>, Long> joined = new HashMap<>();
    ranked
        .groupBy("benchmark", "split")
        .count()
        .where(expr("count > " + MOST))
        .collectAsList()
        .forEach(row -> joined.put(List.of(row.getString(0), row.getString(1)), row.getLong(2)));
    Dataset<Row> stay =
        ranked
            .where(many(joined).and(expr("place < " + MOST)))
            .groupBy(col("benchmark").as("b"), col("split").as("s"))
            .agg(collect_set("name").as("stay"));
    Dataset<Row> few =
        scores
            .join(broadcast(stay), expr("benchmark = b AND split = s"), "left")
            .withColumn("category", expr(kept("category")))
            .withColumn(
                "groups", expr("array_distinct(transform(groups, name -> " + kept("name") + "))"))
            .drop("b", "s", "stay");
    return new FewCategories(few, joined);
  }

  /** Returns an expression of a name if it stays, otherwise of {@link #OTHER}. */
  private static String kept(String name) {
    return Text.format(
        "CASE WHEN stay IS NULL OR array_contains(stay, %1$s) OR %1$s IS NULL THEN %1$s"
            + " ELSE '%2$s' END",
        name, OTHER);
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
                Text.format(
                    "of %,d categories, the %,d with the most answers have figures of their own;"
                        + " all others are together in '%s'",
                    all, MOST - 1, OTHER));
  }
}
