package io.prumerge.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.prumerge.lang.Optionals;
import io.prumerge.lang.Text;
import io.prumerge.metric.Inference;
import io.prumerge.metric.MethodResult;
import io.prumerge.metric.Metric;
import io.prumerge.metric.Metrics;
import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.score.Scores;
import io.prumerge.store.RepeatedRow;
import io.prumerge.store.Table;
import java.util.Arrays;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * The answers to questions that were asked again, beside those of their runs.
 *
 * @param answers rows of {@link RepeatedRow#TABLE} of all repeats, whose {@code run_id} is {@link
 *     #numbered}
 * @param scores their rows of {@link Table#SCORES}
 */
public record Repeats(Dataset<Row> answers, Dataset<Row> scores) {

  private static final double PERCENT = 100;

  /** Separates the number of the repeat from the id of the run. */
  private static final String SEPARATOR = "#";

  private static final String ANSWERED = "answer IS NOT NULL AND their_answer IS NOT NULL";

  private static final String CHANGED = "answer <> their_answer";

  private static final String SCORED =
      ANSWERED + " AND score IS NOT NULL AND their_score IS NOT NULL";

  private static final String[] QUESTION = {
    "run_id", "benchmark", "split", "method", "question_id"
  };

  /** Where a figure stands: a method on a benchmark. */
  private record Place(String runId, String model, String benchmark, String split, String method) {

    static Place of(ScoreKey key) {
      return new Place(run(key.runId()), key.model(), key.benchmark(), key.split(), key.method());
    }

    static Place of(Row row) {
      return new Place(
          row.getString(0), row.getString(1), row.getString(2), row.getString(3), row.getString(4));
    }

    private static String run(String numbered) {
      int end = numbered.lastIndexOf(SEPARATOR);
      return end < 0 ? numbered : numbered.substring(0, end);
    }
  }

  private static final Comparator<Place> ORDER =
      Comparator.comparing(Place::runId)
          .thenComparing(Place::benchmark)
          .thenComparing(Place::split)
          .thenComparing(Place::method);

  /**
   * How many answers changed.
   *
   * @param n pairs of two answers
   * @param answers of them with other texts
   * @param scored pairs of two scored answers
   * @param scores of them with other scores
   * @param margin median margin of the answers with other texts
   * @param otherMargin median margin of the answers with the same text
   */
  private record Changes(
      int repeats,
      long n,
      long answers,
      long scored,
      long scores,
      OptionalDouble marginChanged,
      OptionalDouble marginUnchanged) {}

  /**
   * Returns answers with the number of their repeat behind the id of their run, so that each repeat
   * is scored for itself.
   *
   * @param repeated rows of {@link RepeatedRow#TABLE}
   */
  public static Dataset<Row> numbered(Dataset<Row> repeated, int repeat) {
    return repeated.withColumn("run_id", functions.concat(col("run_id"), lit(SEPARATOR + repeat)));
  }

  /**
   * Returns rows of {@link Table#REPEATS}.
   *
   * @param ownProfiles the benchmarks' own profiles
   */
  public Dataset<Row> rows(List<String> ownProfiles) {
    Dataset<Row> own = own(scores, ownProfiles);
    return answers
        .join(own, QUESTION, "left")
        .withColumn("repeat", expr(part(-1)).cast("int"))
        .withColumn("run_id", expr(part(1)))
        .selectExpr(Table.REPEATS.schema().fieldNames());
  }

  private static String part(int number) {
    return Text.format("substring_index(run_id, '%s', %d)", SEPARATOR, number);
  }

  private static Dataset<Row> own(Dataset<Row> scores, List<String> ownProfiles) {
    return scores
        .where(Scores.ownProfile(ownProfiles))
        .select(
            Stream.concat(Arrays.stream(QUESTION), Stream.of("score"))
                .map(functions::col)
                .toArray(Column[]::new));
  }

  /**
   * Compares the repeats with their runs.
   *
   * @param rows those of {@link #rows}, read from files
   * @param predictions of the runs
   * @param theirScores of the runs
   * @param results the runs' figures
   * @return sorted by run, benchmark, split and method
   */
  public List<Noise> noise(
      Dataset<Row> rows,
      Dataset<Row> predictions,
      Dataset<Row> theirScores,
      List<MethodResult> results,
      Inference inference) {
    Map<Place, Changes> changes =
        changes(rows, predictions, own(theirScores, inference.benchmarks().ownProfiles()));
    Map<Place, List<Metric>> figures =
        Stream.concat(
                headlines(results),
                headlines(Metrics.of(scores, inference.comparing(List.of())).results()))
            .collect(Collectors.groupingBy(metric -> Place.of(metric.key())));
    return changes.keySet().stream()
        .sorted(ORDER)
        .map(place -> row(place, changes.get(place), figures.getOrDefault(place, List.of())))
        .toList();
  }

  private static Stream<Metric> headlines(List<MethodResult> results) {
    return results.stream()
        .filter(MethodResult::isOwnProfile)
        .flatMap(result -> result.metrics().stream())
        .filter(Metric::headline);
  }

  private static Map<Place, Changes> changes(
      Dataset<Row> rows, Dataset<Row> predictions, Dataset<Row> own) {
    Dataset<Row> theirs =
        predictions
            .withColumnRenamed("answer", "their_answer")
            .select(
                Stream.concat(Arrays.stream(QUESTION), Stream.of("their_answer"))
                    .map(functions::col)
                    .toArray(Column[]::new));
    return rows
        .join(theirs, QUESTION, "inner")
        .join(own.withColumnRenamed("score", "their_score"), QUESTION, "left")
        .groupBy("run_id", "model", "benchmark", "split", "method")
        .agg(
            functions.countDistinct("repeat"),
            functions.count_if(expr(ANSWERED)),
            functions.count_if(expr(CHANGED)),
            functions.count_if(expr(SCORED)),
            functions.count_if(expr(SCORED + " AND score <> their_score")),
            medianMargin(CHANGED),
            medianMargin("answer = their_answer"))
        .collectAsList()
        .stream()
        .collect(Collectors.toMap(Place::of, Repeats::changes));
  }

  private static Column medianMargin(String pairs) {
    return functions.median(functions.when(expr(pairs), col("margin")));
  }

  private static Changes changes(Row row) {
    int first = Place.class.getRecordComponents().length;
    return new Changes(
        Math.toIntExact(row.getLong(first)),
        row.getLong(first + 1),
        row.getLong(first + 2),
        row.getLong(first + 3),
        row.getLong(first + 4),
        number(row, first + 5),
        number(row, first + 6));
  }

  private static OptionalDouble number(Row row, int column) {
    return Optionals.ofNullable((Double) row.get(column));
  }

  private static Noise row(Place place, Changes changes, List<Metric> figures) {
    boolean whole =
        figures.size() == 1 + changes.repeats()
            && figures.stream().allMatch(metric -> metric.value().isPresent());
    DoubleSummaryStatistics values =
        figures.stream().flatMapToDouble(metric -> metric.value().stream()).summaryStatistics();
    OptionalDouble lowest = whole ? OptionalDouble.of(values.getMin()) : OptionalDouble.empty();
    OptionalDouble highest = whole ? OptionalDouble.of(values.getMax()) : OptionalDouble.empty();
    OptionalDouble spread =
        whole ? OptionalDouble.of(values.getMax() - values.getMin()) : OptionalDouble.empty();
    return new Noise(
        place.runId(),
        place.model(),
        place.benchmark(),
        place.split(),
        place.method(),
        figures.stream().map(Metric::name).findFirst().orElse(null),
        changes.repeats(),
        changes.n(),
        percent(changes.answers(), changes.n()),
        percent(changes.scores(), changes.scored()),
        lowest,
        highest,
        spread,
        changes.marginChanged(),
        changes.marginUnchanged());
  }

  private static OptionalDouble percent(long part, long all) {
    return all == 0 ? OptionalDouble.empty() : OptionalDouble.of(PERCENT * part / all);
  }
}
