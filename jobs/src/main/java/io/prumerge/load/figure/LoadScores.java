package io.prumerge.load.figure;

import io.prumerge.load.generate.LoadOutcome;
import io.prumerge.plan.Plan;
import io.prumerge.score.Scores;
import io.prumerge.spark.RecordColumns;
import io.prumerge.store.ScoreRow;
import io.prumerge.store.Table;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Scores a load test's answers by its benchmark's own profile. */
public final class LoadScores {

  /** An answer with the columns by which runs' answers are scored. */
  private record Answer(
      String runId,
      String model,
      String benchmark,
      String split,
      String method,
      String questionId,
      Optional<String> answer,
      Optional<String> finishReason,
      Optional<String> error,
      String imageSha256) {

    static final RecordColumns<Answer> COLUMNS = RecordColumns.of(Answer.class);
  }

  /** Whose answer to which question: of each series each question has one. */
  private record Key(String series, String questionId) {}

  private LoadScores() {}

  /**
   * Returns the rows with their answers' scores: an error scores 0, as in runs; an unfinished
   * request has none.
   *
   * @param plan of the questions
   */
  public static List<LoadRow> scored(SparkSession spark, List<LoadRow> rows, Plan plan) {
    List<Row> answers =
        rows.stream()
            .filter(row -> row.outcome() != LoadOutcome.UNFINISHED)
            .map(LoadScores::answer)
            .toList();
    String benchmark = rows.get(0).series().subject().benchmark();
    Dataset<Row> scored =
        new Scores(plan.benchmarks(), List.of(benchmark))
            .of(spark.createDataFrame(answers, Answer.COLUMNS.schema()), plan.references())
            .where(Scores.ownProfile(plan.benchmarks().ownProfiles()));
    Map<Key, OptionalDouble> scores = new HashMap<>();
    for (ScoreRow row : Table.SCORES.records(scored)) {
      scores.put(new Key(row.runId(), row.questionId()), row.score());
    }
    return rows.stream()
        .map(
            row ->
                row.withScore(
                    scores.getOrDefault(
                        new Key(series(row), row.question().questionId()), OptionalDouble.empty())))
        .toList();
  }

  private static Row answer(LoadRow row) {
    LoadSubject subject = row.series().subject();
    return Answer.COLUMNS.row(
        new Answer(
            series(row),
            subject.model(),
            subject.benchmark(),
            subject.split(),
            subject.server(),
            row.question().questionId(),
            row.answer(),
            row.finishReason(),
            row.error(),
            null));
  }

  private static String series(LoadRow row) {
    LoadSeries series = row.series();
    return series.subject().server() + "/" + series.pattern().name() + "/" + series.repeat();
  }
}
