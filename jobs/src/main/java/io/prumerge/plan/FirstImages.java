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
 */
final class FirstImages {

  private FirstImages() {}

  /**
   * Returns the rows of the first images of each benchmark. For each benchmark, every task keeps as
   * many of its keys as questions are asked for, and the driver adds up the questions of the first
   * ones; nothing else is read, sorted or sent.
   *
   * @param named rows of {@link ExampleKeys#named}
   * @param tables say of which benchmarks units join images: these are kept whole
   * @param limit questions per benchmark, at least
   */
  static Dataset<Row> in(Dataset<Row> named, PreparedTables tables, long limit) {
    Dataset<Row> asked =
        named
            .selectExpr(
                "benchmark",
                "split",
                ExampleKeys.IMAGE_KEY,
                "size(questions.question_id) AS n",
                WholeUnits.sql("question.extra") + " AS units")
            .where("n > 0");
    Benchmarks known = tables.benchmarks();
    Column chosen = lit(false);
    for (String benchmark : tables.isKnown() ? tables.benchmarkNames() : benchmarks(named)) {
      Dataset<Row> its = asked.where(col("benchmark").equalTo(benchmark));
      Column own =
          limit == 0
              ? lit(false)
              : known.names().contains(benchmark) && known.named(benchmark).joinsImages()
                  ? withUnits(its, limit)
                  : last(its, limit).map(FirstImages::upTo).orElse(lit(true));
      chosen = chosen.or(col("benchmark").equalTo(benchmark).and(own));
    }
    return named.where(chosen);
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
        .map(FirstImages::upTo)
        .orElse(lit(false))
        .or(expr(hash).isin(chosen.others().stream().map(row -> row.get(5)).toArray()));
  }

  /** Reads the names of all benchmarks. */
  private static List<String> benchmarks(Dataset<Row> named) {
    return named.select("benchmark").distinct().collectAsList().stream()
        .map(row -> row.getString(0))
        .toList();
  }

  /** Returns the image at which a benchmark has enough questions; empty if it has fewer. */
  private static Optional<Row> last(Dataset<Row> asked, long limit) {
    Iterator<Row> first =
        asked
            .orderBy("split", ExampleKeys.IMAGE_KEY)
            .limit((int) Math.min(limit, Integer.MAX_VALUE))
            .toLocalIterator();
    long questions = 0;
    while (first.hasNext()) {
      Row image = first.next();
      questions += image.getInt(3);
      if (questions >= limit) {
        return Optional.of(image);
      }
    }
    return Optional.empty();
  }

  private static Column upTo(Row last) {
    return col("split")
        .lt(last.get(1))
        .or(col("split").equalTo(last.get(1)).and(col(ExampleKeys.IMAGE_KEY).leq(last.get(2))));
  }
}
