package io.prumerge.load.figure;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.load.generate.DrawnCosts;
import io.prumerge.load.generate.LoadGenerator;
import io.prumerge.load.generate.LoadPattern;
import io.prumerge.load.generate.LoadServer;
import io.prumerge.load.generate.PointPlan;
import io.prumerge.load.generate.PointPlans;
import io.prumerge.load.generate.PointRun;
import io.prumerge.load.generate.QueueServer;
import io.prumerge.load.generate.VirtualClock;
import io.prumerge.load.server.AskedQuestion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the figures of points against the curves of their servers, which are known. */
class KnownFiguresTest {

  private static final int REPLICATIONS = 20;
  private static final double SECOND = 1000;

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 16})
  void requestsASecondOfAClosedLoopAreThoseOfItsBusyWorkers(int concurrency) {
    List<LoadPointRow> points = points(LoadPattern.closed(concurrency), 4, 1_000);
    double expected = Math.min(concurrency, 4) * SECOND / DrawnCosts.mean();

    Estimate rate = Estimate.of(points.stream().mapToDouble(KnownFiguresTest::rate));
    assertThat(rate.agreesWith(expected)).as("%s", rate).isTrue();
    assertThat(
            points.stream()
                .map(point -> point.rates().interval().orElseThrow())
                .filter(interval -> interval.low() <= expected && expected <= interval.high())
                .count())
        .as("intervals of 95 percent that hold it")
        .isGreaterThanOrEqualTo(16);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.6, 0.8})
  void timesFromTheArrivalAreThoseOfPollaczekAndKhinchine(double load) {
    double rate = load / DrawnCosts.mean();
    double expected = DrawnCosts.mean() + rate * DrawnCosts.meanSquare() / (2 * (1 - load));

    Estimate time =
        Estimate.of(
            points(LoadPattern.open(rate * SECOND, 1, OptionalInt.of(1)), 1, 5_000).stream()
                .mapToDouble(point -> point.times().plannedE2el().mean().orElseThrow()));

    assertThat(time.agreesWith(expected)).as("%s", time).isTrue();
    assertThat(time.agreesWith(1.2 * expected)).isFalse();
  }

  private static double rate(LoadPointRow point) {
    return point.rates().requestsPerSecond().orElseThrow();
  }

  private static List<LoadPointRow> points(LoadPattern pattern, int workers, int questions) {
    return IntStream.range(0, REPLICATIONS)
        .mapToObj(seed -> point(pattern, workers, questions, seed))
        .toList();
  }

  private static LoadPointRow point(LoadPattern pattern, int workers, int questions, long seed) {
    VirtualClock clock = new VirtualClock();
    LoadServer server =
        new QueueServer(clock, workers, DrawnCosts.TIME, DrawnCosts.of(questions, seed));
    PointPlan plan =
        new PointPlans(IntStream.range(0, questions).boxed().toList(), seed, Duration.ofDays(10))
            .point(0, pattern);
    PointRun run = clock.await(LoadGenerator.run(plan, server, clock));
    List<LoadRow> rows =
        LoadRow.of(
                LoadRows.series("server", pattern, 1, "1/1"),
                run,
                PhaseShares.DEFAULT,
                question -> new AskedQuestion("q" + question, Optional.of("i" + question)))
            .stream()
            .map(row -> row.withScore(OptionalDouble.of(1)))
            .toList();
    return LoadPoints.of(rows, Optional.empty(), "server").get(0);
  }
}
