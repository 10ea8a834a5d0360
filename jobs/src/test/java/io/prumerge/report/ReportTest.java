package io.prumerge.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.console.TextTable;
import io.prumerge.leaderboard.Difficulty;
import io.prumerge.metric.Contrast;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.ContrastScope;
import io.prumerge.metric.Few;
import io.prumerge.metric.Rows;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.score.Scores;
import io.prumerge.source.DataException;
import io.prumerge.statistics.Interval;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.Table;
import io.prumerge.store.TableRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class ReportTest {

  private static Report threeMethods;

  @TempDir private Path folder;

  private static Report report(List<Row> predictions, String... idsAndAnswers) {
    Dataset<Row> rows = Rows.predictions(predictions);
    return Report.of(
        rows,
        new Scores(Benchmarks.KNOWN).of(rows, Rows.questions(predictions, idsAndAnswers)),
        Few.REPLICATES);
  }

  /** Six questions under three methods: full; half the cost and equally good; costly and wrong. */
  private static Report threeMethods() {
    if (threeMethods == null) {
      List<Row> rows = new ArrayList<>();
      List<String> references = new ArrayList<>();
      for (String id :
          List.of(
              "random 1", "random 2", "popular 1", "popular 2", "adversarial 1", "adversarial 2")) {
        rows.add(row(id, "none", "yes", 100, 1000L));
        rows.add(row(id, "prumerge", "yes", 10, 500L));
        rows.add(row(id, "random:seed=1,tokens=10", id.endsWith("1") ? "yes" : "no", 10, 600L));
        references.addAll(List.of(id, "yes"));
      }
      threeMethods = report(rows, references.toArray(String[]::new));
    }
    return threeMethods;
  }

  private static Row row(String id, String method, String answer, int tokens, long flops) {
    return Rows.prediction(
        "category",
        id.contains(" ") ? id.substring(0, id.indexOf(' ')) : "random",
        "question_id",
        id,
        "method",
        method,
        "answer",
        answer,
        "visual_tokens_before",
        100,
        "visual_tokens_after",
        tokens,
        "visual_tokens_layer_mean",
        (double) tokens,
        "flops_total",
        flops);
  }

  /** Says what is said of a baseline that gives a split's answers where "yes" is right. */
  private static List<String> saidOf(Map<String, List<String>> answers) {
    List<Row> rows = new ArrayList<>();
    List<String> references = new ArrayList<>();
    answers.forEach(
        (split, all) -> {
          for (int i = 0; i < all.size(); i++) {
            String id = split + i;
            for (String method : List.of("none", "prumerge")) {
              rows.add(
                  Rows.prediction(
                      "benchmark",
                      "custom",
                      "split",
                      split,
                      "question_id",
                      id,
                      "method",
                      method,
                      "answer",
                      method.equals("none") ? all.get(i) : "no"));
            }
            references.addAll(List.of(id, "yes"));
          }
        });
    return report(rows, references.toArray(String[]::new))
        .asked(Map.of("run", "vicuna_v1"))
        .caveats()
        .stream()
        .filter(caveat -> caveat.matches(".*(nothing can be compared|retention has no value).*"))
        .toList();
  }

  @Test
  void aBaselineWithNothingRightOrMostlyUnreadableAnswersIsSaidWithItsTemplate() {
    List<String> right = Collections.nCopies(5, "yes");
    List<String> wrong = Collections.nCopies(9, "no");
    List<String> blank = Collections.nCopies(6, "");
    Map<String, List<String>> answers =
        Map.of(
            "ten",
            Stream.of(wrong, List.of("no")).flatMap(List::stream).toList(),
            "nine",
            wrong,
            "one-right",
            Stream.of(wrong, List.of("yes")).flatMap(List::stream).toList(),
            "unreadable",
            Stream.of(right, blank).flatMap(List::stream).toList(),
            "half-readable",
            Stream.of(right, right, blank).flatMap(List::stream).toList());

    assertThat(saidOf(answers))
        .satisfiesExactlyInAnyOrder(
            ten ->
                assertThat(ten)
                    .isEqualTo(
                        "custom/ten of mini: accuracy of none is 0 over 10 answers, so nothing can"
                            + " be compared with it; look at some answers and check the prompts and"
                            + " the conversation template, vicuna_v1"),
            nine ->
                assertThat(nine)
                    .as("too few answers to doubt the wording")
                    .isEqualTo(
                        "custom/nine of mini: accuracy of none is 0 over 9 answers, so retention"
                            + " has no value"),
            unreadable ->
                assertThat(unreadable)
                    .startsWith(
                        "custom/unreadable of mini: 6 of 11 answers of none can't be read as"
                            + " answers"));
  }

  @Test
  void aRunWithoutAnAnswerSaysWhyAndWhatToDo() {
    List<Row> rows = new ArrayList<>();
    List<String> errors =
        List.of("image_missing: x", "image_corrupt: b\nad", "image_corrupt: a", "odd");
    for (int i = 0; i < errors.size(); i++) {
      rows.add(Rows.prediction("question_id", "q" + i, "answer", null, "error", errors.get(i)));
    }
    String said =
        "mini: there is no answer to compare, since 4 of 4 rows are errors, 2 of them like"
            + " this: image_corrupt: a; 2 answers with image_corrupt: copy the pictures anew, or"
            + " leave them out; 1 answer with image_missing: put the pictures where the data name"
            + " them; then prepare the examples again, and run in a new folder";

    assertThat(report(rows, "q0", "yes", "q1", "no").caveats()).contains(said);
    rows.add(row("q9", "none", "yes", 100, 1000L));
    assertThat(report(rows, "q0", "yes", "q9", "yes").caveats())
        .as("one answer")
        .noneMatch(caveat -> caveat.contains("no answer to compare"));
  }

  @Test
  void efficiencyAveragesAnsweredQuestionsOnly() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i <= 4; i++) {
      rows.add(row("q" + i, "prumerge", "yes", 10 * i, 100L * i));
    }
    rows.add(
        Rows.prediction(
            "question_id",
            "bad",
            "method",
            "prumerge",
            "answer",
            null,
            "visual_tokens_before",
            null,
            "visual_tokens_after",
            null,
            "visual_tokens_layer_mean",
            null,
            "flops_total",
            null,
            "error",
            "image_corrupt: x"));

    EfficiencyRow row = Report.costs(Rows.predictions(rows)).efficiency().get(0);

    assertThat(row.n()).isEqualTo(6);
    assertThat(row.nErrors()).isEqualTo(1);
    assertThat(row.visualTokens().after()).hasValue(20);
    assertThat(row.visualTokens().least()).hasValue(0);
    assertThat(row.visualTokens().p05().getAsDouble()).isEqualTo(2, within(1e-9));
    assertThat(row.visualTokens().median()).hasValue(20);
    assertThat(row.visualTokens().most()).hasValue(40);
    assertThat(row.visualTokens().reductionRatio()).hasValue(5);
    assertThat(row.flops().total()).hasValue(200);
    assertThat(row.millis().total()).as("selection is a part of the reduction").hasValue(5);
    assertThat(row.millis().select()).hasValue(1);
    assertThat(row.questionsPerBusySecond()).hasValue(200);
  }

  /** By hand: 30, 50 and unknown prompt tokens; 8, 12 and 100 ms. */
  @Test
  void anEndpointHasFiguresOfItsOwnAndNoCosts() {
    List<Row> rows = new ArrayList<>();
    List<String> references = new ArrayList<>();
    for (String id : List.of("random 1", "popular 2", "adversarial 3")) {
      rows.add(row(id, "none", "yes", 100, 1000L));
      rows.add(row(id, "prumerge", "yes", 10, 500L));
      references.addAll(List.of(id, "yes"));
    }
    rows.add(elsewhere("random 1", 30, 8));
    rows.add(elsewhere("popular 2", 50, 12));
    rows.add(elsewhere("adversarial 3", null, 100));

    Report report = report(rows, references.toArray(String[]::new));

    EfficiencyRow costs =
        report.efficiency().stream()
            .filter(row -> row.model().equals("their/model"))
            .findFirst()
            .orElseThrow();
    assertThat(costs.promptTokens()).hasValue(40);
    assertThat(costs.millis().request()).hasValue(40);
    Map<String, Object> columns = Table.EFFICIENCY.values(List.of(costs)).get(0);
    for (String unknown :
        List.of(
            "visual_tokens_before_mean",
            "visual_tokens_after_mean",
            "visual_tokens_after_p50",
            "visual_tokens_after_max",
            "visual_tokens_layer_mean",
            "reduction_ratio",
            "flops_total_mean",
            "flops_executed_mean",
            "kv_cache_bytes_mean",
            "ms_total_mean",
            "questions_per_busy_second")) {
      assertThat(columns).as(unknown).containsEntry(unknown, null);
    }
    MethodSummary theirs =
        report.summary().stream()
            .filter(one -> one.model().equals("their/model"))
            .findFirst()
            .orElseThrow();
    assertThat(theirs.retention().getAsDouble()).isEqualTo(100, within(1e-9));
    assertThat(theirs.flopsTotalMean()).isEmpty();
    assertThat(theirs.msTotalMean()).isEmpty();
    assertThat(theirs.comparable()).isFalse();
    assertThat(report.summary().stream().filter(one -> one.pareto().orElse(false)))
        .extracting(MethodSummary::method)
        .as("the costs of the others are compared as if it were not there")
        .containsExactly("prumerge");
    assertThat(TextTable.aligned(SummaryTable.cells(report), 1))
        .anyMatch(line -> line.contains("their/model"));
  }

  private static Row elsewhere(String id, Integer promptTokens, double millis) {
    List<Object> values =
        new ArrayList<>(List.of("question_id", id, "category", id.substring(0, id.indexOf(' '))));
    values.addAll(List.of("run_id", "run-2", "model", "their/model", "method", "none"));
    values.addAll(List.of("answer", "yes", "ms_request", millis));
    values.addAll(Arrays.asList("prompt_tokens", promptTokens));
    for (String name : Table.PREDICTIONS.schema().fieldNames()) {
      boolean known = name.equals("ms_request") || name.equals("prompt_tokens");
      if (!known
          && name.matches("(flops|ms|visual_tokens)_.*|text_tokens|kv_.*|kept_.*|dtype|device")) {
        values.addAll(Arrays.asList(name, null));
      }
    }
    return Rows.prediction(values.toArray());
  }

  /** Each percentile aggregate keeps all values that it saw, so one computes all percentiles. */
  @Test
  void tokensInALayerAreThoseReceivedWhereARunHasNoSuchColumn() {
    Row cut = tokens("q0", 100, 40.0);
    Row old = tokens("q1", 100, null);

    EfficiencyRow row = Report.costs(Rows.predictions(List.of(cut, old))).efficiency().get(0);

    assertThat(row.visualTokens().after()).hasValue(100);
    assertThat(row.visualTokens().layerMean()).hasValue(70);
  }

  private static Row tokens(String question, int received, Double layerMean) {
    return Rows.prediction(
        "question_id",
        question,
        "visual_tokens_after",
        received,
        "visual_tokens_layer_mean",
        layerMean);
  }

  @Test
  void efficiencyKeepsTheTokenCountsOnce() {
    Dataset<Row> rows = Rows.predictions(List.of(row("q", "prumerge", "yes", 10, 100L)));

    assertThat(Efficiency.of(rows).queryExecution().optimizedPlan().toJSON().split("Percentile\""))
        .as(
            "of tokens, of times, which only questions asked alone have, and of endpoints' requests")
        .hasSize(4);
  }

  @Test
  void summaryTellsRetentionAndTheParetoFront() {
    List<MethodSummary> summary = threeMethods().summary();

    assertThat(summary)
        .extracting(MethodSummary::method)
        .containsExactly("none", "prumerge", "random:seed=1,tokens=10");
    assertThat(summary)
        .extracting(method -> method.retention().orElseThrow())
        .satisfiesExactly(
            none -> assertThat(none).isEqualTo(100, within(1e-9)),
            same -> assertThat(same).isEqualTo(100, within(1e-9)),
            worse -> assertThat(worse).isEqualTo(100 * 2 / 3.0, within(1e-9)));
    assertThat(summary)
        .extracting(method -> method.pareto().orElseThrow())
        .containsExactly(false, true, false);
  }

  @Test
  void retentionIsAbsentWithoutABaseline() {
    MethodSummary summary =
        report(List.of(row("1", "prumerge", "yes", 10, 5L)), "1", "yes").summary().get(0);

    assertThat(summary.retention()).isEmpty();
    assertThat(summary.pareto()).isEmpty();
  }

  @Test
  void questionsWithoutReferencesHaveCostsButNoMetrics() {
    Report report = report(List.of(row("1", "none", "yes", 10, 5L)));

    assertThat(report.metrics()).isEmpty();
    assertThat(report.efficiency()).hasSize(1);
    assertThat(TextTable.aligned(SummaryTable.cells(report), 1))
        .containsExactly("method  tokens  GFLOPs  ms shared", "none      10.0    0.00        5.0");
  }

  @Test
  void splitsOfOneBenchmarkHaveColumnsOfTheirOwn() {
    List<Row> rows = new ArrayList<>();
    List<String> references = new ArrayList<>();
    for (String group : List.of("random", "popular", "adversarial")) {
      for (String split : List.of("coco", "gqa")) {
        String id = split + " " + group;
        rows.add(
            Rows.prediction(
                "split",
                split,
                "category",
                group,
                "question_id",
                id,
                "answer",
                split.equals("coco") ? "yes" : "no"));
        references.addAll(List.of(id, "yes"));
      }
    }
    List<List<String>> cells = SummaryTable.cells(report(rows, references.toArray(String[]::new)));

    assertThat(cells.get(0)).contains("pope coco f1", "pope gqa f1");
    assertThat(cells.get(1)).contains("100.0", "0.0");
  }

  @Test
  void printsALinePerMethodWithAlignedFigures() {
    assertThat(TextTable.aligned(SummaryTable.cells(threeMethods()), 1))
        .containsExactly(
            "method                   tokens  pope f1  retention %  GFLOPs  ms shared",
            "none                      100.0    100.0        100.0    0.00        5.0",
            "prumerge                   10.0    100.0        100.0    0.00        5.0",
            "random:seed=1,tokens=10    10.0     66.7         66.7    0.00        5.0");
  }

  @Test
  void writesTheTablesItReadsBack() {
    Report report = threeMethods();
    write(report);

    List<Table<?>> empty = List.of(ContrastResult.TABLE, Difficulty.TABLE); // none requested
    for (TableRows<?> written : report.tables()) {
      assertThat(read(written.table())).isEqualTo(written.rows());
      assertThat(written.rows().isEmpty()).isEqualTo(empty.contains(written.table()));
    }
  }

  private <R extends Record> List<R> read(Table<R> table) {
    return table.records(
        table.read(LocalSpark.session(), List.of(folder.resolve(table.folder()).toString())));
  }

  private void write(Report report) {
    report
        .tables()
        .forEach(
            rows ->
                rows.write(LocalSpark.session(), folder.resolve(rows.table().folder()).toString()));
  }

  private List<Row> contrasts() {
    return ContrastResult.TABLE
        .read(
            LocalSpark.session(), List.of(folder.resolve(ContrastResult.TABLE.folder()).toString()))
        .collectAsList();
  }

  @Test
  void writesContrastsWithTheNamesOfItsTables() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      String id = "q" + i;
      rows.add(at(i, id, "none", "yes"));
      rows.add(at(i, id, "prumerge", i / 3 < 5 ? "yes" : "no"));
    }
    Dataset<Row> predictions = Rows.predictions(rows);
    String[] references =
        IntStream.range(0, 48)
            .mapToObj(i -> i % 2 == 0 ? "q" + i / 2 : "yes")
            .toArray(String[]::new);
    List<MethodKey> methods =
        List.of(new MethodKey("run", "mini", "none"), new MethodKey("run", "mini", "prumerge"));
    Contrast contrast = new Contrast(methods.get(1), methods.get(0), ContrastScope.EVERYTHING);
    Report report =
        Report.of(
            predictions,
            new Scores(Benchmarks.KNOWN).of(predictions, Rows.questions(rows, references)),
            Few.REPLICATES.comparing(List.of(contrast)));

    write(report);

    double f1 = 100 * 10 / 13.0;
    assertThat(contrasts())
        .extracting(row -> row.mkString(" ").replaceFirst(" -\\d.*", ""))
        .containsExactly("pope test f1 prumerge none", "all all retention prumerge none");
    assertThat(contrasts())
        .allSatisfy(
            row -> {
              assertThat(row.<Double>getAs("delta")).isEqualTo(f1 - 100, within(1e-9));
              assertThat(row.<Double>getAs("ci_low")).isLessThan(f1 - 100);
              assertThat(row.<String>getAs("test")).isEqualTo("clustered_t");
              assertThat(row.<Double>getAs("p_adjusted"))
                  .as("one test in two units counts once")
                  .isEqualTo(row.<Double>getAs("p_value"), within(1e-12));
              assertThat(row.<Boolean>getAs("asked")).isFalse();
            });
    assertThat(ReportDocument.of(report, "out").contrasts())
        .extracting(line -> line.get("metric"))
        .containsExactly("f1", "retention");
    MethodSummary summary = report.summary().get(1);
    assertThat(summary.retentionInterval().orElseThrow().high()).isGreaterThan(f1);
    assertThat(summary.retentionChanceCorrected())
        .as("all labels are yes, so yes to everything is perfect")
        .isEmpty();
  }

  @Test
  void theLeaderboardHasTheIntervalsOfTheSummaryWhichDoNotBeginBelowZero() {
    List<Row> rows = new ArrayList<>();
    List<String> references = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      rows.add(at(i, "q" + i, "none", "yes"));
      rows.add(at(i, "q" + i, "prumerge", i < 1 ? "yes" : "no"));
      references.addAll(List.of("q" + i, "yes"));
    }

    Report report = report(rows, references.toArray(String[]::new));

    Interval interval = report.summary().get(1).retentionInterval().orElseThrow();
    assertThat(interval.low()).isZero();
    assertThat(report.leaderboard().standings())
        .filteredOn(line -> line.methods().equals(List.of("prumerge")))
        .singleElement()
        .satisfies(
            line -> {
              Interval ranked = line.retentionInterval().orElseThrow();
              assertThat(ranked.low()).isZero();
              assertThat(ranked.high()).isCloseTo(interval.high(), within(1e-9));
            });
  }

  private static Row at(int image, String id, String method, String answer) {
    return Rows.prediction(
        "question_id",
        id,
        "image_id",
        "i" + image,
        "method",
        method,
        "answer",
        answer,
        "category",
        List.of("random", "popular", "adversarial").get(image % 3));
  }

  @Test
  void seedsAreOneLineWithTheirSpread() {
    List<Row> rows = new ArrayList<>();
    List<String> references = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String id = List.of("random ", "popular ", "adversarial ").get(i % 3) + i / 3;
      rows.add(row(id, "none", "yes", 100, 1000L));
      rows.add(row(id, "random:seed=1,tokens=10", i / 3 < 1 ? "yes" : "no", 10, 600L));
      rows.add(row(id, "random:seed=2,tokens=10", i / 3 < 3 ? "yes" : "no", 10, 600L));
      references.addAll(List.of(id, "yes"));
    }

    Report report = report(rows, references.toArray(String[]::new));

    // In each setting, F1 is 40 for one right answer of four, and 85.7 for three.
    assertThat(TextTable.aligned(SummaryTable.cells(report), 1))
        .containsExactly(
            "method                     tokens     pope f1  retention %  GFLOPs  ms shared",
            "none                        100.0       100.0        100.0    0.00        5.0",
            "random:tokens=10, 2 seeds    10.0  62.9 ±32.3   62.9 ±32.3    0.00        5.0");
    // Three and nine of twelve answers are right, and equal to the baseline's. One image has no
    // interval. All answers are yes, so guessing yes cannot be beaten.
    LeaderboardTable table = LeaderboardTable.of(report).get(0);
    assertThat(table.title()).isEqualTo("10 visual tokens");
    assertThat(table.cells())
        .containsExactly(
            List.of(
                ("method,group,retention %,95 %,above chance %,accuracy %,loyalty %,tokens,GFLOPs,"
                        + "select ms shared,prefill ms shared")
                    .split(",")),
            List.of("none,a,100.0,-,-,100.0,-,100.0,0.00,1.00,1.0".split(",")),
            List.of(
                "random:tokens=10, 2 seeds,a,62.9,-,-,50.0,50.0,10.0,0.00,1.00,1.0"
                    .split(",(?! )")));
    assertThat(ReportDocument.of(report, "out").leaderboard())
        .extracting(line -> line.get("retention_sd"))
        .satisfiesExactly(
            none -> assertThat(none).isNull(),
            seeds -> assertThat((Double) seeds).isEqualTo(32.3, within(0.05)));
  }

  @Test
  void namesWhatIsWrongWithATable() throws IOException {
    String path = folder.resolve("t").toString();
    LocalSpark.session()
        .sql("SELECT 'a' AS run_id, 1 AS benchmark, 's' AS split, 'm' AS method")
        .write()
        .parquet(path);

    assertThatThrownBy(() -> Table.SCORES.read(LocalSpark.session(), List.of(path)))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            path
                + " is not a table of scores: benchmark is int instead of string; no column question_id");
    Path text =
        Files.writeString(Files.createDirectory(folder.resolve("text")).resolve("a"), "abc");
    assertThatThrownBy(
            () -> Table.SCORES.read(LocalSpark.session(), List.of(text.getParent().toString())))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("text as scores: ")
        .hasMessageContaining("is not a Parquet file");
    assertThatThrownBy(
            () -> Table.SCORES.read(LocalSpark.session(), List.of(folder.resolve("no").toString())))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("as scores: there is no such folder");
  }
}
