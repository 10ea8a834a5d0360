package io.prumerge.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.metric.tally.MethodKey;
import io.prumerge.metric.tally.ScoreKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ContrastFamiliesTest {

  private static final String F1 = "f1";
  private static final QuestionCounts COUNTS = new QuestionCounts(100, 50, 0, 0, 0);

  private final ContrastRows rows = new ContrastRows();
  private final List<MethodResult> results = new ArrayList<>();

  private static MethodKey method(String name) {
    return new MethodKey("run", "model", name);
  }

  private static Comparison comparison(double p, OptionalDouble adjusted) {
    return new Comparison(
        1, Optional.empty(), Optional.of(new DifferenceTest(Uncertainty.CLUSTERED_T, p, adjusted)));
  }

  /** Adds a pair with these p-values of its figures. */
  private void pair(boolean asked, String a, ContrastScope scope, Object... figures) {
    for (int i = 0; i < figures.length; i += 2) {
      String metric = (String) figures[i];
      rows.add(
          new Contrast(method(a), method("none"), scope),
          new ContrastResult(
              metric.equals(F1) ? "pope" : metric,
              "test",
              metric,
              a,
              "none",
              comparison((double) figures[i + 1], OptionalDouble.empty()),
              ContrastQuestions.NONE,
              Optional.empty(),
              Optional.empty(),
              Optional.of(asked),
              Optional.empty(),
              Optional.empty(),
              Optional.empty()));
    }
  }

  /** Adds a headline that was compared with the baseline. */
  private void headline(String name, String benchmark, double p, double adjusted) {
    ScoreKey key = method(name).on(new ScoreKey("", "", benchmark, "test", "", "llava"));
    results.add(
        new MethodResult(
            key,
            true,
            COUNTS,
            List.of(
                new Metric(
                    key,
                    "all",
                    F1,
                    true,
                    OptionalDouble.of(80),
                    OptionalDouble.of(1),
                    Optional.empty(),
                    COUNTS,
                    Optional.of(comparison(p, OptionalDouble.of(adjusted))),
                    Optional.empty(),
                    TestFamily.CONFIRMATORY,
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty())),
            List.of(),
            List.of()));
  }

  private double[] adjusted() {
    return ContrastFamilies.adjusted(rows, results).stream()
        .mapToDouble(row -> row.comparison().test().orElseThrow().adjusted().orElseThrow())
        .toArray();
  }

  /** Twelve that every report makes, and one that was asked for on one benchmark. */
  @Test
  void whatIsAskedForIsAFamilyOfItsOwn() {
    pair(true, "asked", ContrastScope.EVERYTHING, F1, 0.03, ContrastResult.RETENTION, 0.031);
    IntStream.range(0, 12)
        .forEach(
            i -> pair(false, "m" + i, ContrastScope.RETENTION, ContrastResult.RETENTION, 0.004));

    assertThat(adjusted()[0]).isEqualTo(0.03, within(1e-12));
    assertThat(adjusted()[1]).isEqualTo(0.031, within(1e-12));
    assertThat(adjusted()[2]).isEqualTo(12 * 0.004, within(1e-12));
  }

  @Test
  void everythingThatIsAskedForIsCorrectedTogether() {
    pair(true, "a", ContrastScope.EVERYTHING, F1, 0.02, ContrastResult.RETENTION, 0.02);
    pair(true, "b", ContrastScope.EVERYTHING, F1, 0.03, ContrastResult.RETENTION, 0.03);

    assertThat(adjusted()).containsExactly(0.04, 0.04, 0.04, 0.04);
  }

  @Test
  void figuresOfSeveralBenchmarksAndTheirRetentionAreTestsOfTheirOwn() {
    pair(true, "a", ContrastScope.EVERYTHING, F1, 0.01, "mme", 0.02, ContrastResult.RETENTION, 0.5);

    assertThat(adjusted()).containsExactly(0.03, 0.04, 0.5);
  }

  @Test
  void aRetentionHasNoStarWhereItsIntervalHoldsZero() {
    pair(false, "a", ContrastScope.EVERYTHING, F1, 0.049, ContrastResult.RETENTION, 0.051);

    assertThat(adjusted()).containsExactly(0.049, 0.051);
  }

  @Test
  void ofOneBenchmarkAMethodAndTheBaselineAreTestedOnce() {
    headline("one", "pope", 0.012, 0.04);
    headline("two", "pope", 0.03, 0.04);
    headline("two", "mme", 0.03, 0.04);
    pair(false, "one", ContrastScope.RETENTION, ContrastResult.RETENTION, 0.013);
    pair(false, "two", ContrastScope.RETENTION, ContrastResult.RETENTION, 0.02);

    assertThat(adjusted()).containsExactly(0.04, 0.02);
  }
}
