package io.prumerge.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.metric.Comparison;
import io.prumerge.metric.DifferenceTest;
import io.prumerge.metric.Few;
import io.prumerge.metric.Measurements;
import io.prumerge.metric.Metrics;
import io.prumerge.metric.Rows;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.statistics.Interval;
import io.prumerge.store.Table;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A whole run, compared here and by DuckDB, scipy, statsmodels and scikit-posthocs. */
@Tag("spark")
class LeaderboardGoldensTest {

  private static final Offset<Double> EXACT = within(1e-9);

  private static JsonNode golden;
  private static ComparedAnswers answers;
  private static Leaderboard leaderboard;

  @BeforeAll
  static void compare() throws IOException {
    try (InputStream bytes =
        new GZIPInputStream(
            LeaderboardGoldensTest.class.getResourceAsStream("/goldens/leaderboard.json.gz"))) {
      golden = new ObjectMapper().readTree(bytes);
    }
    Set<MethodKey> methods = new LinkedHashSet<>();
    List<Row> predictions = new ArrayList<>();
    List<Row> scores = new ArrayList<>();
    for (JsonNode row : golden.get("rows")) {
      methods.add(new MethodKey("run", "mini", row.get(3).textValue()));
      predictions.add(prediction(row));
      scores.add(score(row));
    }
    List<BudgetGroup> groups = BudgetGroup.of(methods, "none");
    Dataset<Row> scored = Table.SCORES.of(LocalSpark.session(), scores).repartition(3);
    answers =
        ComparedAnswers.of(
            Rows.predictions(predictions), scored, Benchmarks.KNOWN.ownProfiles(), groups);
    Measurements measurements =
        Metrics.compared(scored, Few.REPLICATES, groups.stream().map(BudgetGroup::pairs).toList());
    leaderboard = Leaderboard.of(groups, measurements, answers, List.of());
  }

  private static Row prediction(JsonNode row) {
    List<Integer> kept = new ArrayList<>();
    row.get(7).forEach(patch -> kept.add(patch.intValue()));
    boolean error = row.get(4).isNull();
    return Rows.prediction(
        "benchmark",
        row.get(0).textValue(),
        "image_sha256",
        row.get(1).textValue(),
        "question_id",
        row.get(2).textValue(),
        "method",
        row.get(3).textValue(),
        "visual_tokens_layer_mean",
        error ? null : (Double) row.get(6).doubleValue(),
        "kept_indices",
        row.get(7).isNull() ? null : kept,
        "error",
        error ? "image_corrupt: x" : null);
  }

  private static Row score(JsonNode row) {
    return RowFactory.create(
        "run",
        row.get(0).textValue(),
        "test",
        row.get(3).textValue(),
        row.get(2).textValue(),
        "official",
        row.get(4).textValue(),
        "gold",
        false,
        row.get(5).doubleValue(),
        "mini",
        "any",
        "g",
        new String[0],
        null,
        row.get(1).textValue(),
        0.25,
        null,
        null,
        null,
        null,
        null);
  }

  private static void same(OptionalDouble value, JsonNode expected, String what) {
    if (expected.isNull()) {
      assertThat(value).as(what).isEmpty();
    } else {
      assertThat(value.orElseThrow()).as(what).isCloseTo(expected.doubleValue(), EXACT);
    }
  }

  @Test
  void accuracyIsDuckDbs() {
    assertThat(answers.scores()).hasSameSizeAs(golden.get("accuracy"));
    for (JsonNode row : golden.get("accuracy")) {
      String method = row.get(0).textValue();
      OptionalDouble own = Percent.mean(answers.scores().get(new MethodKey("run", "mini", method)));
      same(own, row.get(1), method);
    }
  }

  @Test
  void agreementIsDuckDbs() {
    assertThat(answers.agreements()).hasSameSizeAs(golden.get("agreement"));
    for (JsonNode row : golden.get("agreement")) {
      Agreement own =
          answers.agreements().stream()
              .filter(one -> one.benchmark().equals(row.get(0).textValue()))
              .filter(one -> one.a().equals(row.get(1).textValue()))
              .filter(one -> one.b().equals(row.get(2).textValue()))
              .findFirst()
              .orElseThrow();
      assertThat(own.n()).isEqualTo(row.get(3).longValue());
      same(own.sameAnswer(), row.get(4), "equal answers of " + row);
      same(own.equallyRight(), row.get(5), "equal scores of " + row);
      assertThat(own.nKept()).isEqualTo(row.get(6).longValue());
      same(own.keptOverlap(), row.get(7), "overlap of " + row);
    }
  }

  @Test
  void theOracleIsDuckDbs() {
    assertThat(answers.oracles()).hasSameSizeAs(golden.get("oracle"));
    for (JsonNode row : golden.get("oracle")) {
      Oracle own =
          answers.oracles().stream()
              .filter(one -> one.budget().equals(row.get(0).textValue()))
              .filter(one -> one.benchmark().equals(row.get(1).textValue()))
              .findFirst()
              .orElseThrow();
      assertThat(own.n()).isEqualTo(row.get(2).longValue());
      same(own.baselineScore(), row.get(3), "baseline of " + row);
      assertThat(own.bestMethod()).isEqualTo(row.get(4).textValue());
      same(own.bestScore(), row.get(5), "best of " + row);
      same(own.oracleScore(), row.get(6), "oracle of " + row);
      assertThat(own.nKeepable()).isEqualTo(row.get(7).longValue());
      same(own.keptShare(), row.get(8), "kept of " + row);
      same(own.visualTokensBaselineMean(), row.get(9), "tokens of " + row);
      same(own.visualTokensFewestMean(), row.get(10), "fewest tokens of " + row);
    }
  }

  @Test
  void difficultyIsDuckDbs() {
    assertThat(answers.difficulties()).hasSameSizeAs(golden.get("difficulty"));
    for (JsonNode row : golden.get("difficulty")) {
      Difficulty own =
          answers.difficulties().stream()
              .filter(one -> one.benchmark().equals(row.get(0).textValue()))
              .filter(one -> one.method().equals(row.get(1).textValue()))
              .findFirst()
              .orElseThrow();
      assertThat(own.control()).isEqualTo("downsample:tokens=48");
      assertThat(own.nEasy()).isEqualTo(row.get(2).longValue());
      same(own.scoreEasy(), row.get(3), "easy of " + row);
      assertThat(own.nHard()).isEqualTo(row.get(4).longValue());
      same(own.scoreHard(), row.get(5), "hard of " + row);
    }
  }

  @Test
  void pairsAreScipysAndHolmsStatsmodels() {
    for (String budget : List.of("48", "16")) {
      List<RankedPair> own =
          leaderboard.pairs().stream().filter(one -> one.budget().equals(budget)).toList();
      JsonNode expected = golden.get("pairs").get(budget);
      assertThat(own).hasSameSizeAs(expected);
      for (int i = 0; i < own.size(); i++) {
        JsonNode row = expected.get(i);
        Comparison comparison = own.get(i).comparison();
        Interval interval = comparison.interval().orElseThrow();
        assertThat(own.get(i).a()).isEqualTo(row.get(0).textValue());
        assertThat(own.get(i).b()).isEqualTo(row.get(1).textValue());
        assertThat(comparison.delta()).isCloseTo(row.get(2).doubleValue(), EXACT);
        assertThat(interval.low()).isCloseTo(row.get(3).doubleValue(), EXACT);
        assertThat(interval.high()).isCloseTo(row.get(4).doubleValue(), EXACT);
        DifferenceTest test = comparison.test().orElseThrow();
        assertThat(test.pValue()).isCloseTo(row.get(5).doubleValue(), EXACT);
        assertThat(test.adjusted().orElseThrow()).isCloseTo(row.get(6).doubleValue(), EXACT);
      }
    }
  }

  @Test
  void ranksAndLettersAreScikitPosthocs() {
    for (String budget : List.of("48", "16")) {
      List<Standing> own =
          leaderboard.standings().stream().filter(one -> one.budget().equals(budget)).toList();
      JsonNode letters = golden.get("letters").get(budget);
      assertThat(own).hasSameSizeAs(letters);
      for (int i = 0; i < own.size(); i++) {
        assertThat(own.get(i).name()).isEqualTo(letters.get(i).get(0).textValue());
        assertThat(own.get(i).letters()).isEqualTo(letters.get(i).get(1).textValue());
        same(own.get(i).retention(), golden.get("retention").get(budget).get(i).get(1), budget);
      }
    }
  }

  /** The interval of a retention is that of the difference to the baseline. */
  @Test
  void intervalsAreThoseOfTheDifferenceToTheBaseline() {
    JsonNode pair = golden.get("pairs").get("48").get(0); // none and fastervlm
    Standing own =
        leaderboard.standings().stream()
            .filter(one -> one.name().equals(pair.get(1).textValue()))
            .findFirst()
            .orElseThrow();

    assertThat(own.retentionInterval().orElseThrow().low())
        .isCloseTo(100 - pair.get(4).doubleValue(), EXACT);
    assertThat(own.retentionInterval().orElseThrow().high())
        .isCloseTo(100 - pair.get(3).doubleValue(), EXACT);
    assertThat(leaderboard.standings())
        .filteredOn(one -> one.name().equals("none"))
        .allSatisfy(one -> assertThat(one.retentionInterval()).isEmpty());
  }
}
