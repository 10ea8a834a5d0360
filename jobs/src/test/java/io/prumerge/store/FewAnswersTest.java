package io.prumerge.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.CountedWork;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.metric.Inference;
import io.prumerge.metric.Rows;
import io.prumerge.report.Report;
import io.prumerge.score.Scores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class FewAnswersTest {

  private static final List<String> METHODS = List.of("none", "prumerge", "random:tokens=16");
  private static final int QUESTIONS = 61;
  private static final int QUESTIONS_PER_IMAGE = 3;
  private static final String FAILED = "7";

  private final SparkSession spark = LocalSpark.session();

  @TempDir Path folder;

  /**
   * What one side makes.
   *
   * @param scores as texts, sorted
   * @param tables the rows of each table
   * @param jobs that it took
   */
  private record Made(List<String> scores, List<List<?>> tables, int jobs) {}

  @Test
  void bothSidesMakeTheSameTables() throws TimeoutException {
    List<Row> answers = answers();
    Table.PREDICTIONS.write(Rows.predictions(answers).coalesce(1), path("predictions"));

    Made few = made("few", answers, answers.size() + 1);
    Made many = made("many", answers, answers.size());

    assertThat(few.scores()).hasSizeGreaterThan(answers.size()).isEqualTo(many.scores());
    assertThat(few.tables()).isEqualTo(many.tables());
    assertThat(few.tables().get(0)).as("metrics").isNotEmpty();
    assertThat(few.jobs()).isLessThan(many.jobs());
  }

  @Test
  void onlyFewAnswersAreOnePartition() {
    Dataset<Row> rows = Rows.predictions(answers()).repartition(3);

    assertThat(FewAnswers.together(rows, 0).rdd().getNumPartitions()).isEqualTo(1);
    assertThat(FewAnswers.together(rows, FewAnswers.MANY - 1).rdd().getNumPartitions())
        .isEqualTo(1);
    assertThat(FewAnswers.together(rows, FewAnswers.MANY)).isSameAs(rows);
  }

  private Made made(String name, List<Row> answers, long many) throws TimeoutException {
    String[] references = new String[2 * QUESTIONS];
    for (int i = 0; i < QUESTIONS; i++) {
      references[2 * i] = String.valueOf(i);
      references[2 * i + 1] = i % 2 == 0 ? "yes" : "no";
    }
    Dataset<Row> questions = Rows.questions(answers, references);
    try (CountedWork work = new CountedWork()) {
      Dataset<Row> predictions =
          FewAnswers.together(
              Table.PREDICTIONS.read(spark, List.of(path("predictions"))), answers.size(), many);
      Table.SCORES.write(
          new Scores(Benchmarks.KNOWN)
              .of(predictions, FewAnswers.together(questions, answers.size(), many)),
          path(name));
      Dataset<Row> scores =
          FewAnswers.together(Table.SCORES.read(spark, List.of(path(name))), answers.size(), many);
      Report report = Report.of(predictions, scores, Inference.against("none"));
      int jobs = work.jobs();
      return new Made(
          scores.collectAsList().stream().map(Row::json).sorted().toList(),
          report.tables().stream().<List<?>>map(TableRows::rows).toList(),
          jobs);
    }
  }

  private String path(String table) {
    return folder.resolve(table).toString();
  }

  /** Returns answers whose times have sums that depend on their order. */
  private static List<Row> answers() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < QUESTIONS; i++) {
      for (int method = 0; method < METHODS.size(); method++) {
        String question = String.valueOf(i);
        boolean failed = method == 1 && question.equals(FAILED);
        rows.add(
            Rows.prediction(
                "method",
                METHODS.get(method),
                "question_id",
                question,
                "image_id",
                (i / QUESTIONS_PER_IMAGE) + ".jpg",
                "category",
                i % 3 == 0 ? "random" : "popular",
                "answer",
                failed ? null : (i * (method + 1)) % 5 < 3 ? "yes" : "no",
                "error",
                failed ? "image_corrupt: x" : null,
                "ms_vision",
                0.1 * i + method / 3.0,
                "ms_prefill",
                1.0 / (1 + i),
                "visual_tokens_before",
                144,
                "visual_tokens_after",
                method == 0 ? 144 : 16 + i % method,
                "kept_indices",
                List.of(i % 7, 7 + method)));
      }
    }
    return rows;
  }
}
