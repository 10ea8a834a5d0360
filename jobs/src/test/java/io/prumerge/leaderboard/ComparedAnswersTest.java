package io.prumerge.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.metric.Rows;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.score.Scores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** By hand: what the golden's made-up run does not have. */
@Tag("spark")
class ComparedAnswersTest {

  private static Row row(String question, String method, String answer, Object... more) {
    List<Object> columns =
        new ArrayList<>(List.of("question_id", question, "method", method, "image_id", question));
    columns.addAll(Arrays.asList("answer", answer));
    columns.addAll(Arrays.asList(more));
    return Rows.prediction(columns.toArray());
  }

  private static ComparedAnswers compared(List<Row> rows, String... idsAndAnswers) {
    Dataset<Row> predictions = Rows.predictions(rows);
    List<MethodKey> methods =
        rows.stream()
            .map(row -> row.getString(5))
            .distinct()
            .map(method -> new MethodKey("run", "mini", method))
            .toList();
    return ComparedAnswers.of(
        predictions,
        new Scores(Benchmarks.KNOWN).of(predictions, Rows.questions(rows, idsAndAnswers)),
        Benchmarks.KNOWN.ownProfiles(),
        BudgetGroup.of(methods, "none"));
  }

  /** The second question has no answer under one method, the third an error. */
  @Test
  void missingAnswersAreLeftOutAndErrorsEqualNothing() {
    List<Row> rows =
        List.of(
            row("1", "none", "yes"),
            row("1", "first:tokens=4", "yes", "kept_indices", List.of(0, 1, 2, 3)),
            row("1", "pool:tokens=4", "no"),
            row("2", "none", "yes"),
            row("2", "first:tokens=4", null),
            row("2", "pool:tokens=4", "yes"),
            row("3", "none", null, "error", "image_corrupt: x"),
            row("3", "first:tokens=4", null, "error", "image_corrupt: x"),
            row("3", "pool:tokens=4", null, "error", "image_corrupt: x"));

    ComparedAnswers answers = compared(rows, "1", "yes", "2", "yes", "3", "no");

    Agreement own =
        answers.agreements().stream()
            .filter(one -> one.a().equals("none"))
            .findFirst()
            .orElseThrow();
    assertThat(own.b()).isEqualTo("first:tokens=4");
    assertThat(own.n()).isEqualTo(2);
    assertThat(own.sameAnswer()).hasValue(50);
    assertThat(own.equallyRight()).hasValue(100);
    assertThat(own.nKept()).isZero();
    assertThat(own.keptOverlap()).isEmpty();
    Oracle oracle = answers.oracles().get(0);
    assertThat(oracle.n()).as("questions that all answered").isEqualTo(2);
    assertThat(oracle.baselineScore()).hasValue(50);
    assertThat(oracle.oracleScore()).hasValue(50);
    assertThat(oracle.nKeepable()).as("an error cannot be kept").isEqualTo(1);
    assertThat(oracle.keptShare()).hasValue(100);
    assertThat(answers.difficulties()).as("no method makes the image smaller").isEmpty();
  }

  /** Right once and wrong once, the other way round, and an error where the baseline is right. */
  @Test
  void changedVerdictsAreCountedBothWays() {
    List<Row> rows =
        List.of(
            row("1", "none", "yes"),
            row("1", "first:tokens=4", "no"),
            row("2", "none", "no"),
            row("2", "first:tokens=4", "yes"),
            row("3", "none", "yes"),
            row("3", "first:tokens=4", null, "error", "image_corrupt: x"),
            row("4", "none", "yes"),
            row("4", "first:tokens=4", "yes"));

    assertThat(compared(rows, "1", "yes", "2", "yes", "3", "yes", "4", "yes").agreements())
        .filteredOn(one -> one.a().equals("none"))
        .singleElement()
        .satisfies(
            own -> {
              assertThat(own.nRightToWrong()).contains(2L);
              assertThat(own.nWrongToRight()).contains(1L);
            });
  }

  /** Two of four patches each, one of them shared: a third of the three. */
  @Test
  void overlapsAreSharedPatchesOfAllPatches() {
    List<Row> rows =
        List.of(
            row("1", "none", "yes"),
            row("1", "first:tokens=2", "no", "kept_indices", List.of(0, 1)),
            row("1", "random:seed=3,tokens=2", "no", "kept_indices", List.of(130, 1)),
            row("1", "pool:tokens=2", "no", "kept_indices", List.of()));

    List<Agreement> agreements = compared(rows, "1", "yes").agreements();
    assertThat(agreements)
        .filteredOn(one -> one.b().equals("pool:tokens=2"))
        .as("means of patches keep none")
        .hasSize(3)
        .allSatisfy(one -> assertThat(one.keptOverlap()).isEmpty());
    Agreement own =
        agreements.stream()
            .filter(one -> one.b().startsWith("random"))
            .filter(one -> one.a().startsWith("first"))
            .findFirst()
            .orElseThrow();

    assertThat(own.nKept()).isEqualTo(1);
    assertThat(own.keptOverlap().orElseThrow()).isCloseTo(100 / 3.0, within(1e-9));
  }

  @Test
  void aRunWithoutABaselineHasAnOracleWithoutIt() {
    Oracle oracle =
        compared(
                List.of(row("1", "first:tokens=2", "no"), row("1", "pool:tokens=2", "yes")),
                "1",
                "yes")
            .oracles()
            .get(0);

    assertThat(oracle.n()).isEqualTo(1);
    assertThat(oracle.baselineScore()).isEmpty();
    assertThat(oracle.bestMethod()).isEqualTo("pool:tokens=2");
    assertThat(oracle.oracleScore()).hasValue(100);
    assertThat(oracle.keptShare()).isEmpty();
    assertThat(oracle.visualTokensFewestMean()).isEmpty();
  }

  @Test
  void aBaselineAloneIsComparedWithNothing() {
    ComparedAnswers answers = compared(List.of(row("1", "none", "yes")), "1", "yes");

    assertThat(answers.scores()).isEmpty();
    assertThat(answers.agreements()).isEmpty();
    assertThat(answers.oracles()).isEmpty();
  }
}
