package io.prumerge.report;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.metric.Contrast;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.ContrastScope;
import io.prumerge.metric.Few;
import io.prumerge.metric.Inference;
import io.prumerge.metric.Rows;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.score.Scores;
import io.prumerge.store.RepeatRow;
import io.prumerge.store.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Planted differences between a run and its repeats, with the figures by hand. */
@Tag("spark")
class RepeatsTest {

  private static final String WORSE = "random:seed=1,tokens=10";
  private static final double EXACT = 1e-9;

  private static final Inference INFERENCE =
      Few.REPLICATES.comparing(List.of(contrast("prumerge", "none"), contrast(WORSE, "none")));

  @TempDir private Path folder;

  private static Contrast contrast(String a, String b) {
    return new Contrast(
        new MethodKey("run", "mini", a), new MethodKey("run", "mini", b), ContrastScope.EVERYTHING);
  }

  /** Returns the answers of a method to questions q0, q1, ...; an empty one is an error. */
  private static List<Row> answers(String method, String... answers) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < answers.length; i++) {
      rows.add(
          Rows.prediction(
              "benchmark",
              "custom",
              "question_id",
              "q" + i,
              "image_id",
              i + ".jpg",
              "method",
              method,
              "answer",
              answers[i].isEmpty() ? null : answers[i],
              "error",
              answers[i].isEmpty() ? "image_missing: planted" : null));
    }
    return rows;
  }

  @SafeVarargs
  private static List<Row> together(List<Row>... methods) {
    List<Row> all = new ArrayList<>();
    for (List<Row> one : methods) {
      all.addAll(one);
    }
    return all;
  }

  private Report repeated(List<Row> run, List<List<Row>> repeats) {
    Dataset<Row> predictions = Rows.predictions(run);
    Dataset<Row> questions =
        Rows.questions(run, "q0", "yes", "q1", "yes", "q2", "yes", "q3", "yes");
    Scores scoring = new Scores(Benchmarks.KNOWN);
    Dataset<Row> scores = scoring.of(predictions, questions);
    Report report = Report.of(predictions, scores, INFERENCE);
    Dataset<Row> again = null;
    for (int i = 0; i < repeats.size(); i++) {
      Dataset<Row> one =
          Repeats.numbered(
              Rows.predictions(repeats.get(i)).withColumn("margin", margin(i + 1)), i + 1);
      again = again == null ? one : again.union(one);
    }
    Repeats all = new Repeats(again, scoring.of(again, questions));
    String path = folder.resolve("repeats").toString();
    Table.REPEATS.write(all.rows(INFERENCE.benchmarks().ownProfiles()), path);
    return report.repeated(all.noise(rows(path), predictions, scores, report.results(), INFERENCE));
  }

  /** Returns the margin of question q of a repeat: 0.5 times q, plus the repeat's number. */
  private static Column margin(int repeat) {
    return expr(
        "if(error IS NULL AND method <> 'prumerge',"
            + " double(substring(question_id, 2)) / 2 + %d, NULL)".formatted(repeat));
  }

  private static Dataset<Row> rows(String path) {
    return Table.REPEATS.written(LocalSpark.session(), List.of(path));
  }

  private static RepeatRow row(String question, int repeat, String answer, OptionalDouble margin) {
    return new RepeatRow(
        "run",
        "mini",
        "custom",
        "test",
        "none",
        question,
        repeat,
        answer,
        OptionalDouble.of(0),
        margin);
  }

  private static Noise noise(Report report, String method) {
    return report.noise().stream()
        .filter(row -> row.method().equals(method))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void changesAreCountedAndDifferencesWithinThemMarked() {
    List<Row> prumerge = answers("prumerge", "yes", "yes", "yes", "no");
    List<Row> worse = answers(WORSE, "no", "no", "no", "no");
    Report report =
        repeated(
            together(answers("none", "yes", "yes", "yes", "yes"), prumerge, worse),
            List.of(
                together(answers("none", "no", "yes", "yes", "yes"), prumerge, worse),
                together(answers("none", "yes", "Yes", "", "yes"), prumerge, worse)));

    Noise none = noise(report, "none");
    assertThat(none.repeats()).isEqualTo(2);
    assertThat(none.n()).as("eight pairs, one of them with an error").isEqualTo(7);
    assertThat(none.answersChanged()).hasValueCloseTo(200.0 / 7, within(EXACT));
    assertThat(none.scoresChanged()).hasValueCloseTo(100.0 / 7, within(EXACT));
    assertThat(none.lowest()).hasValueCloseTo(75.0, within(EXACT));
    assertThat(none.highest()).hasValueCloseTo(100.0, within(EXACT));
    assertThat(none.spread()).hasValueCloseTo(25.0, within(EXACT));
    assertThat(none.marginChanged()).as("of 1 and 2.5").hasValue(1.75);
    assertThat(none.marginUnchanged()).as("of 1.5, 2, 2.5, 2 and 3.5").hasValue(2);
    Noise unchanged = noise(report, "prumerge");
    assertThat(unchanged.marginChanged()).isEmpty();
    assertThat(unchanged.marginUnchanged()).as("none is known").isEmpty();
    assertThat(noise(report, WORSE).marginChanged()).as("no answer changed").isEmpty();
    assertThat(noise(report, WORSE).marginUnchanged()).hasValue(2.25);
    assertThat(unchanged.n()).isEqualTo(8);
    assertThat(unchanged.answersChanged()).hasValue(0);
    assertThat(unchanged.scoresChanged()).hasValue(0);
    assertThat(unchanged.spread()).hasValue(0);

    assertThat(report.contrasts())
        .filteredOn(row -> !row.isRetention())
        .extracting(ContrastResult::a, ContrastResult::withinNoise)
        .containsExactly(tuple("prumerge", Optional.of(true)), tuple(WORSE, Optional.of(false)));
    assertThat(report.contrasts())
        .filteredOn(ContrastResult::isRetention)
        .extracting(ContrastResult::withinNoise)
        .containsOnly(Optional.empty());
    assertThat(NoiseText.of(report).orElseThrow().cells())
        .contains(List.of("none", "custom/test", "2", "28.57", "14.29", "25.00", "1.750", "2.000"))
        .contains(List.of("prumerge", "custom/test", "2", "0.00", "0.00", "0.00", "-", "-"));
    assertThat(rows(folder.resolve("repeats").toString()).where("method = 'none'").collectAsList())
        .hasSize(8)
        .extracting(row -> row.<String>getAs("run_id"))
        .containsOnly("run");
    assertThat(Table.REPEATS.records(rows(folder.resolve("repeats").toString())))
        .contains(
            row("q0", 1, "no", OptionalDouble.of(1)), row("q2", 2, null, OptionalDouble.empty()));
  }

  @Test
  void aFigureWithoutAnswersInCommonHasNoShares() {
    List<Row> failed = answers("none", "", "", "", "");
    Report report =
        repeated(
            together(answers("none", "yes", "yes", "yes", "yes"), answers("prumerge", "yes")),
            List.of(together(failed, answers("prumerge", "yes"))));

    Noise none = noise(report, "none");
    assertThat(none.n()).isZero();
    assertThat(none.answersChanged()).isEmpty();
    assertThat(none.scoresChanged()).isEmpty();
    assertThat(none.spread()).as("errors are wrong answers").hasValueCloseTo(100.0, within(EXACT));
  }

  @Test
  void aReportWithoutRepeatsHasNone() {
    List<Row> run = answers("none", "yes");
    Dataset<Row> predictions = Rows.predictions(run);
    Report report =
        Report.of(
            predictions,
            new Scores(Benchmarks.KNOWN).of(predictions, Rows.questions(run, "q0", "yes")),
            Few.REPLICATES);

    assertThat(report.noise()).isEmpty();
    assertThat(NoiseText.of(report)).isEmpty();
    assertThat(report.tables()).noneMatch(rows -> rows.table() == Noise.TABLE);
  }
}
