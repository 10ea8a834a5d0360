package io.prumerge.score;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Benchmarks;
import io.prumerge.benchmark.Reference;
import io.prumerge.benchmark.Score;
import io.prumerge.store.QuestionTable;
import io.prumerge.store.Table;
import java.io.Serializable;
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

  /** Under which profiles a benchmark's answers are scored. */
  private interface Profiles extends Serializable {
    List<String> of(Benchmark benchmark);
  }

  private Scores() {}

  /**
   * Scores every prediction whose question has a reference, under every profile of its benchmark. A
   * prediction with an error or without an answer gets a row without {@code parsed}: an error
   * scores 0, a missing answer nothing. Benchmarks whose answers are {@link Benchmark#judging
   * judged} are left out.
   *
   * <p>How the two are joined is Spark's choice: questions may be too many for one host's memory.
   *
   * @param predictions columns of {@link Table#PREDICTIONS}, at least {@code run_id, model,
   *     benchmark, split, method, question_id, image_sha256, answer, error}
   * @param questions rows of {@link QuestionTable#SCHEMA}
   * @return rows of {@link Table#SCORES}
   */
  public static Dataset<Row> of(Dataset<Row> predictions, Dataset<Row> questions) {
    return scored(
        predictions,
        questions,
        benchmark -> benchmark.judging().isPresent() ? List.of() : benchmark.profiles());
  }

  /**
   * The same under one profile. Where answers are judged, {@code answer} holds the judge's words.
   *
   * @param profile one that the predictions' benchmarks have
   */
  public static Dataset<Row> of(Dataset<Row> predictions, Dataset<Row> questions, String profile) {
    return scored(predictions, questions, benchmark -> List.of(profile));
  }

  private static Dataset<Row> scored(
      Dataset<Row> predictions, Dataset<Row> questions, Profiles profiles) {
    return predictions
        .select(
            "run_id",
            "model",
            "benchmark",
            "split",
            "method",
            "question_id",
            "image_sha256",
            "answer",
            "error")
        .join(
            questions.selectExpr(QuestionTable.SCHEMA.fieldNames()),
            new String[] {"benchmark", "split", "question_id"})
        .select(
            "run_id",
            "model",
            "benchmark",
            "split",
            "method",
            "question_id",
            "answer",
            "error",
            "image_id",
            "question",
            "category",
            "answers",
            "options",
            "extra",
            "image_sha256")
        .flatMap(
            (FlatMapFunction<Row, Row>) row -> score(row, profiles).iterator(),
            Encoders.row(Table.SCORES.schema()));
  }

  private static List<Row> score(Row row, Profiles profiles) {
    Benchmark benchmark = Benchmarks.named(row.getString(2));
    Reference reference = reference(row);
    Optional<String> gold = benchmark.gold(reference);
    if (gold.isEmpty()) {
      return List.of();
    }
    List<Row> rows = new ArrayList<>();
    for (String profile : profiles.of(benchmark)) {
      if (!row.isNullAt(7)) {
        rows.add(row(row, profile, reference, null, gold.get(), false, 0.0));
      } else if (row.isNullAt(6)) {
        rows.add(row(row, profile, reference, null, gold.get(), false, null));
      } else {
        Score score = benchmark.score(profile, row.getString(6), reference);
        rows.add(
            row(
                row,
                profile,
                reference,
                score.parsed(),
                gold.get(),
                score.unparsed(),
                score.value()));
      }
    }
    return rows;
  }

  private static Reference reference(Row row) {
    return new Reference(
        row.getString(9),
        row.getString(10),
        row.isNullAt(11) ? List.of() : row.getList(11),
        row.isNullAt(12) ? List.of() : row.getList(12),
        row.isNullAt(13) ? Map.of() : row.getJavaMap(13));
  }

  private static Row row(
      Row key,
      String profile,
      Reference reference,
      String parsed,
      String gold,
      boolean unparsed,
      Double score) {
    String groups = reference.extra().getOrDefault(BenchmarkQuestion.GROUPS, "");
    return RowFactory.create(
        key.getString(0),
        key.getString(2),
        key.getString(3),
        key.getString(4),
        key.getString(5),
        profile,
        parsed,
        gold,
        unparsed,
        score,
        key.getString(1),
        key.getString(8),
        reference.category(),
        groups.isEmpty() ? new String[0] : groups.split("\n"),
        reference.extra().get(BenchmarkQuestion.UNIT),
        key.getString(14),
        Benchmarks.named(key.getString(2)).chance(reference));
  }
}
