package io.prumerge.load.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.load.figure.LoadRows.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Scores at points, and points beside those of the baseline. */
class LoadScoresTest {

  private static final Offset<Double> EXACT = within(1e-9);

  /**
   * Returns 200 answers, one every {@code gap} milliseconds.
   *
   * @param right which questions are answered right
   */
  private static List<LoadRow> rows(
      String server, int concurrency, double gap, int visual, IntPredicate right) {
    LoadSeries series = LoadRows.closed(server, concurrency);
    List<LoadRow> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      rows.add(
          new Request(series, i)
              .phase(PhaseShares.DEFAULT.of(i, 200))
              .sent(i * gap, i * gap)
              // No two blocks have as many answers.
              .answered((i + 1) * gap + (i / 20 % 2 == 0 ? 0 : gap / 4))
              .tokens(visual, 0, 2)
              .says(right.test(i) ? "yes" : "no", right.test(i) ? 1 : 0)
              .row());
    }
    return rows;
  }

  private static List<LoadPointRow> points(List<List<LoadRow>> rows) {
    return LoadPoints.of(rows.stream().flatMap(List::stream).toList(), Optional.empty(), "none");
  }

  @Test
  void aPointHasItsScoreWithErrorsAsWrong() {
    List<LoadRow> rows = new ArrayList<>(rows("none", 1, 10, 576, i -> i < 150));
    rows.set(0, new Request(LoadRows.closed("none", 1), 0).sent(0, 0).failed(1).row());
    rows.set(1, new Request(LoadRows.closed("none", 1), 1).sent(0, 0).row());

    PointScore score = points(List.of(rows)).get(0).score();

    assertThat(score.scored()).as("without the unfinished one").isEqualTo(199);
    assertThat(score.value()).hasValueCloseTo(100 * 148 / 199., EXACT);
    assertThat(score.interval().orElseThrow().low()).isBetween(67.0, 70.0);
    assertThat(score.change()).isEmpty();
  }

  /** Of 200 questions, the second point answers 10 wrong that the first one answered right. */
  @Test
  void theDifferenceOfOneServersPointsIsItsNoise() {
    List<LoadPointRow> points =
        points(
            List.of(rows("none", 1, 10, 576, i -> i < 150), rows("none", 4, 5, 576, i -> i < 140)));

    PointScore later = points.get(1).score();
    assertThat(later.change()).hasValueCloseTo(-5., EXACT);
    assertThat(later.changedAnswers()).hasValueCloseTo(5., EXACT);
    assertThat(later.changeInterval().orElseThrow().high()).isBetween(-2.5, -1.5);
  }

  /** Of 200 questions, the second point refuses 20, and answers 9 of the others otherwise. */
  @Test
  void errorsAreNoNoiseOfAnswers() {
    List<LoadRow> refusing = new ArrayList<>(rows("none", 4, 5, 576, i -> i < 141));
    for (int i = 0; i < 20; i++) {
      refusing.set(i, new Request(LoadRows.closed("none", 4), i).sent(0, 0).failed(1).row());
    }

    PointScore later =
        points(List.of(rows("none", 1, 10, 576, i -> i < 150), refusing)).get(1).score();

    assertThat(later.value()).as("errors are wrong").hasValueCloseTo(100 * 121 / 200., EXACT);
    assertThat(later.change()).hasValueCloseTo(-100 * 9 / 180., EXACT);
    assertThat(later.changedAnswers()).hasValueCloseTo(100 * 9 / 180., EXACT);
  }

  @Test
  void aPointWithoutAnAnswerHasNoScore() {
    LoadPointRow point =
        points(
                List.of(
                    List.of(
                        new Request(LoadRows.closed("none", 1), 0).sent(0, 0).failed(1).row(),
                        new Request(LoadRows.closed("none", 1), 1).sent(1, 1).failed(2).row())))
            .get(0);

    assertThat(point.score().scored()).isZero();
    assertThat(point.score().value()).isEmpty();
    assertThat(point.marks().notes()).contains("No score: none of the requests has one");
  }

  @Test
  void aServerIsComparedWithTheBaselinesSamePoint() {
    List<LoadPointRow> points =
        points(
            List.of(
                rows("none", 1, 10, 576, i -> i < 150),
                rows("none", 4, 8, 576, i -> i < 150),
                rows("pruned", 4, 5, 144, i -> i < 120),
                rows("pruned", 8, 5, 144, i -> i < 120)));

    assertThat(points.get(1).ratios()).as("of the baseline").isEmpty();
    assertThat(points.get(3).ratios()).as("the baseline has no c8").isEmpty();
    PointRatios ratios = points.get(2).ratios().orElseThrow();
    assertThat(ratios.baseline()).isEqualTo("none");
    assertThat(ratios.requestsPerSecond()).hasValueCloseTo(1.6, within(0.01));
    assertThat(ratios.interval().orElseThrow().low()).isBetween(1.5, 1.6);
    assertThat(ratios.visualTokens()).hasValueCloseTo(0.25, EXACT);
    assertThat(ratios.generatedTokens()).hasValueCloseTo(1., EXACT);
    assertThat(ratios.retention()).hasValueCloseTo(80., EXACT);
    assertThat(ratios.retentionInterval().orElseThrow().low()).isBetween(72.0, 75.0);
    assertThat(ratios.retentionInterval().orElseThrow().high()).isBetween(85.0, 88.0);
  }

  @Test
  void equalAnswersKeepAllWithTheBoundOfWhatWasNotSeen() {
    List<LoadPointRow> points =
        points(
            List.of(
                rows("none", 1, 10, 576, i -> i < 150), rows("pruned", 1, 10, 144, i -> i < 150)));

    PointRatios ratios = points.get(1).ratios().orElseThrow();
    assertThat(ratios.retention()).hasValueCloseTo(100., EXACT);
    assertThat(ratios.retentionInterval().orElseThrow().low()).isBetween(97.0, 98.0);
  }

  @Test
  void tokensFromACacheMarkAPoint() {
    List<LoadRow> rows = new ArrayList<>(rows("none", 1, 10, 576, i -> true));
    assertThat(points(List.of(rows)).get(0).marks().cached()).isFalse();

    Request cached = new Request(LoadRows.closed("none", 1), 100).sent(1000, 1000).answered(1010);
    rows.set(100, cached.tokens(576, 16, 2).row());

    PointMarks marks = points(List.of(rows)).get(0).marks();
    assertThat(marks.cached()).isTrue();
    assertThat(marks.notes())
        .contains("Cached: the server had prompt tokens of 1 of 160 answers in its cache");
  }

  /** Each picture has two questions; the second one's first text comes after half of the time. */
  @Test
  void picturesThatAreFasterAgainMarkAPoint() {
    assertThat(points(List.of(twice(0.5))).get(0).marks().cached()).isTrue();
    assertThat(points(List.of(twice(1))).get(0).marks().cached()).isFalse();
    assertThat(points(List.of(twice(2))).get(0).marks().cached()).isFalse();
  }

  /** Each point asks about each picture once. */
  @Test
  void picturesThatAreFasterUnderMoreLoadMarkAPoint() {
    assertThat(cached(List.of(at(1, 1), at(4, 0.5), at(16, 0.5))))
        .containsExactly(false, true, true);
    assertThat(cached(List.of(at(1, 1), at(4, 0.95), at(16, 2))))
        .containsExactly(false, false, false);
    assertThat(cached(List.of(at(16, 1), at(4, 0.5), at(1, 0.25))))
        .containsExactly(false, false, false);
    assertThat(cached(List.of(at(1, 1), at(4, 2), at(16, 0.5))))
        .containsExactly(false, false, true);
  }

  private static List<Boolean> cached(List<List<LoadRow>> points) {
    return points(points).stream().map(point -> point.marks().cached()).toList();
  }

  private static List<LoadRow> at(int concurrency, double share) {
    List<LoadRow> rows = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      rows.add(
          new Request(LoadRows.closed("none", concurrency), i)
              .about("q" + i, "i" + i)
              .sent(i * 1000, i * 1000)
              .answered(i * 1000 + 500, i * 1000 + (100 + i % 7) * share)
              .row());
    }
    return rows;
  }

  private static List<LoadRow> twice(double again) {
    List<LoadRow> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      double first = (100 + i % 7) * (i < 30 ? 1 : again);
      rows.add(
          new Request(LoadRows.closed("none", 1), i)
              .about("q" + i, "i" + i % 30)
              .sent(i * 1000, i * 1000)
              .answered(i * 1000 + 500, i * 1000 + first)
              .row());
    }
    return rows;
  }
}
