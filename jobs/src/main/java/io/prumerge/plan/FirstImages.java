package io.prumerge.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.prepare.ChosenImages;
import io.prumerge.prepare.ExampleKeys;
import io.prumerge.prepare.WholeUnits;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The first images of a benchmark, in the order of their keys, that have at least a number of
 * questions together.
 *
 * @param split of the last one
 * @param key {@link ExampleKeys#IMAGE_KEY} of the last one
 */
record FirstImages(String benchmark, String split, String key) {

  /**
   * Returns the condition that holds for the first images of each benchmark, and for no others. For
   * each benchmark, every task keeps as many of its keys as questions are asked for, and the driver
   * adds up the questions of the first ones; nothing else is read, sorted or sent.
   *
   * @param named rows of {@link ExampleKeys#named}
   * @param benchmarks all of theirs
   * @param known says of which of them units join images: these are kept whole
   * @param limit questions per benchmark, at least
   */
  static Column of(Dataset<Row> named, List<String> benchmarks, Benchmarks known, long limit) {
    Dataset<Row> asked =
        named
            .selectExpr(
                "benchmark",
                "split",
                ExampleKeys.IMAGE_KEY,
                "size(questions.question_id) AS n",
                WholeUnits.sql("question.extra") + " AS units")
            .where("n > 0");
    Column chosen = lit(false);
    for (String benchmark : benchmarks) {
      Column own =
          limit == 0
              ? lit(false)
              : known.names().contains(benchmark) && known.named(benchmark).joinsImages()
                  ? withUnits(asked.where(col("benchmark").equalTo(benchmark)), limit)
                  : last(asked, benchmark, limit).map(FirstImages::upTo).orElse(lit(true));
      chosen = chosen.or(col("benchmark").equalTo(benchmark).and(own));
    }
    return chosen;
  }

  /** Returns the condition for the first images of a benchmark, and all that units join to them. */
  private static Column withUnits(Dataset<Row> asked, long limit) {
    String hash = "xxhash64(split, " + ExampleKeys.IMAGE_KEY + ")";
    WholeUnits<Row> images = new WholeUnits<>();
    asked
        .selectExpr("benchmark", "split", ExampleKeys.IMAGE_KEY, "n", "units", hash)
        .orderBy("split", ExampleKeys.IMAGE_KEY)
        .toLocalIterator()
        .forEachRemaining(
            row ->
                images.add(
                    row,
                    row.getInt(3),
                    row.<String>getList(4).stream()
                        .flatMap(String::lines)
                        .map(unit -> row.getString(1) + "\t" + unit)
                        .toList()));
    ChosenImages<Row> chosen = images.first(limit);
    return chosen
        .last()
        .map(row -> new FirstImages(row.getString(0), row.getString(1), row.getString(2)).upTo())
        .orElse(lit(false))
        .or(expr(hash).isin(chosen.others().stream().map(row -> row.get(5)).toArray()));
  }

  /** Reads the names of all benchmarks. */
  static List<String> benchmarks(Dataset<Row> named) {
    return named.select("benchmark").distinct().collectAsList().stream()
        .map(row -> row.getString(0))
        .toList();
  }

  /** Returns where a benchmark has enough questions; empty if it has fewer altogether. */
  private static Optional<FirstImages> last(Dataset<Row> asked, String benchmark, long limit) {
    Iterator<Row> first =
        asked
            .where(col("benchmark").equalTo(benchmark))
            .orderBy("split", ExampleKeys.IMAGE_KEY)
            .limit((int) Math.min(limit, Integer.MAX_VALUE))
            .toLocalIterator();
    long questions = 0;
    while (first.hasNext()) {
      Row image = first.next();
      questions += image.getInt(3);
      if (questions >= limit) {
        return Optional.of(new FirstImages(benchmark, image.getString(1), image.getString(2)));
      }
    }
    return Optional.empty();
  }

  private Column upTo() {
    return col("split")
        .lt(split)
        .or(col("split").equalTo(split).and(col(ExampleKeys.IMAGE_KEY).leq(key)));
  }
}
