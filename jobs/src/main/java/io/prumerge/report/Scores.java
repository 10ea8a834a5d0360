package io.prumerge.report;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmarks;
import io.prumerge.benchmark.Reference;
import io.prumerge.benchmark.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** The second pass: answers against references, on executors. */
public final class Scores {

  private Scores() {}

  /**
   * Scores every prediction whose question has a reference, under every profile of its benchmark. A
   * prediction with an error or without an answer gets a row without {@code parsed}: an error
   * scores 0, a missing answer nothing.
   *
   * @param predictions columns of {@link Table#PREDICTIONS}, at least up to the answer and error
   * @param questions {@code benchmark}, {@code split}, {@code question_id} and {@code answers}
   * @return rows of {@link Table#SCORES}
   */
  public static Dataset<Row> of(Dataset<Row> predictions, Dataset<Row> questions) {
    return predictions
        .select("run_id", "benchmark", "split", "method", "question_id", "answer", "error")
        .join(
            questions.select("benchmark", "split", "question_id", "answers"),
            new String[] {"benchmark", "split", "question_id"})
        .select(
            "run_id", "benchmark", "split", "method", "question_id", "answer", "error", "answers")
        .flatMap(
            (FlatMapFunction<Row, Row>) row -> score(row).iterator(),
            Encoders.row(Table.SCORES.schema()));
  }

  private static List<Row> score(Row row) {
    Benchmark benchmark = Benchmarks.named(row.getString(1));
    String answer = row.getString(5);
    List<String> answers = row.isNullAt(7) ? List.of() : row.getList(7);
    Reference reference = new Reference("", "", answers, List.of(), Map.of());
    Optional<String> gold = benchmark.gold(reference);
    List<Row> rows = new ArrayList<>();
    for (String profile : gold.isPresent() ? benchmark.profiles() : List.<String>of()) {
      if (!row.isNullAt(6)) {
        rows.add(row(row, profile, null, gold.get(), false, 0.0));
      } else if (answer == null) {
        rows.add(row(row, profile, null, gold.get(), false, null));
      } else {
        Score score = benchmark.score(profile, answer, reference);
        rows.add(row(row, profile, score.parsed(), gold.get(), score.unparsed(), score.value()));
      }
    }
    return rows;
  }

  private static Row row(
      Row key, String profile, String parsed, String gold, boolean unparsed, Double score) {
    return RowFactory.create(
        key.getString(0),
        key.getString(1),
        key.getString(2),
        key.getString(3),
        key.getString(4),
        profile,
        parsed,
        gold,
        unparsed,
        score);
  }
}
