package io.prumerge.load.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.load.figure.LoadRows.Request;
import io.prumerge.load.generate.LoadPattern;
import io.prumerge.load.report.PointDoubts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What points say of servers whose times are drawn here. */
class LoadPointsTest {

  private static final Offset<Double> EXACT = within(1e-9);

  private static List<LoadPointRow> points(List<LoadRow> rows) {
    return LoadPoints.of(rows, Optional.empty(), "none");
  }

  private static LoadPointRow point(List<LoadRow> rows) {
    return points(rows).get(0);
  }

  /**
   * Returns requests of which so many are in flight, answered by as many workers.
   *
   * @param service milliseconds of each answer
   */
  private static List<Request> closed(LoadSeries series, int requests, DoubleSupplier service) {
    PriorityQueue<Double> connections = new PriorityQueue<>();
    for (int i = 0; i < series.pattern().concurrency().orElseThrow(); i++) {
      connections.add(0.0);
    }
    List<Request> all = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      double due = connections.remove();
      double end = due + service.getAsDouble();
      connections.add(end);
      all.add(
          new Request(series, i)
              .phase(PhaseShares.DEFAULT.of(i, requests))
              .sent(due, due)
              .answered(end));
    }
    return all;
  }

  private static List<LoadRow> rows(List<Request> requests) {
    return requests.stream().map(Request::row).toList();
  }

  /** Returns requests at a rate, answered one after another in 100 ms each on average. */
  private static List<LoadRow> open(double rate, int requests, long seed) {
    Random random = new Random(seed);
    LoadSeries series =
        LoadRows.series("s", LoadPattern.open(rate, 1, OptionalInt.empty()), 1, "1/1");
    List<LoadRow> rows = new ArrayList<>();
    double due = 0;
    double free = 0;
    for (int i = 0; i < requests; i++) {
      due -= Math.log(1 - random.nextDouble()) * 1000 / rate;
      free = Math.max(free, due) - Math.log(1 - random.nextDouble()) * 100;
      rows.add(
          new Request(series, i)
              .phase(PhaseShares.DEFAULT.of(i, requests))
              .sent(due, due)
              .answered(free)
              .row());
    }
    return rows;
  }

  /** Neither what the first four wait for nor how the last ones end changes the rate. */
  @Test
  void aClosedLoopAnswersItsConcurrencyOverTheTimeOfOne() {
    LoadPointRow point = point(rows(closed(LoadRows.closed("s", 4), 1000, () -> 80)));

    assertThat(point.rates().requestsPerSecond()).hasValueCloseTo(50., EXACT);
    assertThat(point.counts().requests()).isEqualTo(1000);
    assertThat(point.counts().measured()).isEqualTo(800);
    assertThat(point.times().e2el().p95()).hasValueCloseTo(80., EXACT);
    assertThat(point.times().e2el().p99()).as("of 800").isEmpty();
    assertThat(point.marks().saturated()).isEmpty();
    assertThat(point.marks().notes())
        .contains("No p99 of e2el: these take 1,000 answers, not 800")
        .contains("No ttft, tpot and itl: the answers were not streamed")
        .contains("No tokens/s and no tpot: the server states no tokens of 1,000 of 1,000 answers");
  }

  /** The rate is 4 / 80 ms on average; 95 of 100 intervals hold it. */
  @Test
  void theIntervalHoldsTheTrueRate() {
    Random random = new Random(1);
    int held = 0;
    for (int run = 0; run < 200; run++) {
      LoadPointRow point =
          point(
              rows(
                  closed(
                      LoadRows.closed("s", 4),
                      500,
                      () -> -80 * Math.log(1 - random.nextDouble()))));
      var interval = point.rates().interval().orElseThrow();
      held += interval.low() <= 50 && interval.high() >= 50 ? 1 : 0;
    }
    assertThat(held).isBetween(180, 198);
  }

  @Test
  void fewAnswersHaveNoInterval() {
    LoadPointRow point = point(rows(closed(LoadRows.closed("s", 2), 100, () -> 50)));

    assertThat(point.rates().requestsPerSecond()).hasValueCloseTo(40., EXACT);
    assertThat(point.rates().interval()).isEmpty();
    assertThat(point.times().e2elInterval()).isEmpty();
    assertThat(point.marks().notes())
        .contains(
            "No interval of requests/s: it takes 100 answers in the measured window, or 3 repeats");
  }

  @Test
  void threeRepeatsHaveAnIntervalOfTheirOwn() {
    List<LoadRow> rows = new ArrayList<>();
    for (int repeat = 1; repeat <= 3; repeat++) {
      double millis = 1000.0 / (20 + repeat);
      rows.addAll(
          rows(
              closed(
                  LoadRows.series("s", LoadPattern.closed(1), repeat, "1/1"), 50, () -> millis)));
    }
    LoadPointRow point = point(rows);

    assertThat(point.repeats()).isEqualTo(3);
    assertThat(point.rates().requestsPerSecond()).hasValueCloseTo(22., EXACT);
    // Student's quantile of 2 is 4.3027; the standard error of 21, 22 and 23 is 1 / sqrt(3).
    assertThat(point.rates().interval().orElseThrow().low())
        .isCloseTo(22 - 4.302652729911 / Math.sqrt(3), EXACT);
  }

  /** Each process has a clock of its own, and its own questions. */
  @Test
  void sharesAreAddedUp() {
    List<LoadRow> rows = new ArrayList<>();
    for (int share = 1; share <= 2; share++) {
      double millis = 40 * share;
      rows.addAll(
          rows(
              closed(
                  LoadRows.series("s", LoadPattern.closed(4), 1, share + "/2"),
                  500,
                  () -> millis)));
    }
    LoadPointRow point = point(rows);

    assertThat(point.shares()).isEqualTo(2);
    assertThat(point.repeats()).isEqualTo(1);
    assertThat(point.rates().requestsPerSecond()).hasValueCloseTo(100. + 50, EXACT);
    assertThat(point.times().e2el().mean()).as("pooled").hasValueCloseTo(60., EXACT);
    assertThat(point.counts().requests()).isEqualTo(1000);
  }

  /** Its capacity is ten a second. */
  @Test
  void aQueueThatGrowsMarksThePointSaturated() {
    for (int seed = 1; seed <= 20; seed++) {
      assertThat(point(open(8, 600, seed)).marks().saturated()).as("at 8/s").contains(false);
      LoadPointRow above = point(open(15, 600, seed));
      assertThat(above.marks().saturated()).as("at 15/s").contains(true);
      assertThat(above.rates().requestsPerSecond().orElseThrow())
          .as("its capacity, not what arrives")
          .isCloseTo(10, within(1.5));
    }
  }

  @Test
  void whatIsNotAnsweredIsCountedAndInNoTime() {
    List<Request> requests = closed(LoadRows.closed("s", 1), 20, () -> 100);
    requests.set(10, new Request(LoadRows.closed("s", 1), 10).sent(1000, 1000).failed(1001));
    requests.set(11, new Request(LoadRows.closed("s", 1), 11).sent(1100, 1100));
    requests.get(12).late();

    LoadPointRow point = point(rows(requests));

    assertThat(point.counts())
        .isEqualTo(new PointCounts(20, 16, 14, 1, 1, 1, 0, List.of("1 x 429")));
    assertThat(point.times().e2el().mean()).hasValueCloseTo(100., EXACT);
    assertThat(point.marks().notes())
        .contains("Times are of answers alone: 1 error and 1 unfinished of 20 requests");
  }

  /** Those of the warm-up that end in the window are in its rate, too. */
  @Test
  void aCountThatOnlyTheWarmUpLacksIsToldOf() {
    List<Request> requests = closed(LoadRows.closed("s", 1), 20, () -> 100);
    requests.stream().skip(1).forEach(request -> request.tokens(576, 0, 2));

    LoadPointRow point = point(rows(requests));

    assertThat(point.rates().tokensPerSecond()).isEmpty();
    assertThat(point.marks().notes())
        .contains("No tokens/s: the server states no tokens of 1 of 20 answers");
  }

  @Test
  void aPointWithoutAnswersHasNoFigures() {
    LoadPointRow point =
        point(List.of(new Request(LoadRows.closed("s", 1), 0).sent(0, 0).failed(1).row()));

    assertThat(point.rates().requestsPerSecond()).isEmpty();
    assertThat(point.times().e2el().mean()).isEmpty();
    assertThat(point.marks().notes()).contains("No times: none of 1 measured request is answered");
  }

  @Test
  void errorsAreCountedByTheirKinds() {
    LoadSeries series = LoadRows.closed("s", 1);
    String said = "endpoint_failed: The endpoint openai:http://127.0.0.1:8000/v1#model ";
    List<String> errors =
        List.of(
            said + "failed with: status 429: {\"error\": {\"message\": \"queue 3 is full\"}}",
            said + "failed with: status 429: {\"error\": {\"message\": \"queue 4 is full\"}}",
            said + "failed with: status 503: {\"detail\": \"queue 3 is full\"}",
            said + "failed with: status 502: <html>Bad Gateway",
            said + "refused: status 400: {\"error\": \"no such picture\"}",
            said + "ended its answer with finish_reason 'abort', which is neither stop nor length",
            "image_corrupt: PNG is truncated");
    List<LoadRow> rows = new ArrayList<>();
    rows.add(new Request(series, 0).sent(0, 0).answered(5).row());
    for (String error : errors) {
      rows.add(new Request(series, rows.size()).sent(0, 0).failed(1, error).row());
    }

    assertThat(point(rows).counts().errorKinds())
        .containsExactly(
            "2 x status 429: queue 3 is full",
            "1 x status 503: queue 3 is full",
            "1 x status 502: <html>Bad Gateway",
            "1 x refused: status 400: no such picture",
            "1 x ended its answer with finish_reason 'abort', which is neither stop nor length",
            "1 x others");
  }

  /** Planned are ten a second. */
  @Test
  void anOpenLoopHasTheRateThatWasSent() {
    LoadSeries series =
        LoadRows.series("s", LoadPattern.open(10, 1, OptionalInt.empty()), 1, "1/1");
    List<LoadRow> rows = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      rows.add(new Request(series, i).sent(100 * i, 125 * i).answered(125 * i + 50).row());
    }

    assertThat(point(rows).rates().sentPerSecond()).hasValueCloseTo(8., EXACT);
    assertThat(point(rows(closed(LoadRows.closed("s", 4), 100, () -> 80))).rates().sentPerSecond())
        .isEmpty();
  }

  @Test
  void requestsThatWereSentTogetherAreToBeWarmUp() {
    assertThat(point(rows(closed(LoadRows.closed("s", 8), 40, () -> 50))).marks().notes())
        .contains(
            "The load was still building up for 4 measured requests: a warm-up of 8 requests has"
                + " all that were sent at once");
  }

  @Test
  void aNumberAgreesWithItsNoun() {
    LoadSeries series = LoadRows.closed("s", 1);
    LoadPointRow cached =
        point(List.of(new Request(series, 0).sent(0, 0).answered(9).tokens(576, 8, 2).row()));
    LoadPointRow failed = point(List.of(new Request(series, 0).sent(0, 0).failed(1).row()));

    assertThat(cached.marks().notes())
        .contains("Cached: the server had prompt tokens of 1 of 1 answer in its cache")
        .contains(
            "The load was still building up for 1 measured request: a warm-up of 1 request has all"
                + " that were sent at once");
    assertThat(PointDoubts.about(failed)).hasValue("s left 1 of 1 request without an answer");
  }

  @Test
  void aGeneratorThatWasTheLimitIsMarked() {
    LoadSeries series = LoadRows.closed("s", 1);
    Request idle = new Request(series, 0).sent(0, 0).answered(1000);

    assertThat(point(List.of(idle.row())).marks().generatorLimited()).isFalse();
    assertThat(point(List.of(idle.generator(49, 0.7).row())).marks().generatorLimited()).isFalse();
    assertThat(point(List.of(idle.generator(51, 0.1).row())).marks().generatorLimited()).isTrue();
    assertThat(point(List.of(idle.generator(0, 0.9).row())).marks().generatorLimited()).isTrue();
  }
}
