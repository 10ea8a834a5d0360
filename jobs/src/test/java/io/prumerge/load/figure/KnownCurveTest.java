package io.prumerge.load.figure;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.load.generate.DrawnCosts;
import io.prumerge.load.generate.LoadGenerator;
import io.prumerge.load.generate.LoadOutcome;
import io.prumerge.load.generate.LoadPattern;
import io.prumerge.load.generate.LoadRequest;
import io.prumerge.load.generate.LoadServer;
import io.prumerge.load.generate.PointPlan;
import io.prumerge.load.generate.PointPlans;
import io.prumerge.load.generate.PointRun;
import io.prumerge.load.generate.QueueServer;
import io.prumerge.load.generate.QueueServer.Cost;
import io.prumerge.load.generate.VirtualClock;
import io.prumerge.load.server.AskedQuestion;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Holds points of a server with workers and one queue against what queueing theory says of it,
 * within five standard errors of replications with fixed seeds, in a time of their own.
 */
class KnownCurveTest {

  private static final int REPLICATIONS = 20;
  private static final int WORKERS = 4;

  /** Enough for any queue here to be worked off. */
  private static final Duration DRAIN = Duration.ofDays(10);

  /** A millisecond, from 1 / E[S] to requests a second. */
  private static final double SECOND = 1000;

  /** X(C) = min(C, c) / E[S], without an error where all service times are equal. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 40})
  void aClosedLoopAnswersAsManyAsWorkersAreBusy(int concurrency) {
    List<Cost> costs = Collections.nCopies(400, new Cost(500, 11));
    double millis = 125; // 20 + 0.1 * 500 + 5 * 11

    PointRun run = run(LoadPattern.closed(concurrency), WORKERS, costs, 1);

    assertThat(throughput(run)).isEqualTo(Math.min(concurrency, WORKERS) * SECOND / millis);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 40})
  void aClosedLoopDoesSoAtRandomServiceTimes(int concurrency) {
    Estimate throughput =
        replicate(LoadPattern.closed(concurrency), WORKERS, 1_000, KnownCurveTest::throughput);

    double busy = Math.min(concurrency, WORKERS);
    assertThat(throughput.agreesWith(busy * SECOND / DrawnCosts.mean()))
        .as("%s", throughput)
        .isTrue();
    assertThat(throughput.agreesWith(1.03 * busy * SECOND / DrawnCosts.mean())).isFalse();
  }

  /**
   * Pollaczek and Khinchine's mean wait of Poisson arrivals at one worker: E[W] = r E[S^2] / (2 (1
   * - r E[S])) at a rate r.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.6, 0.8})
  void anOpenLoopWaitsAsPollaczekAndKhinchineSay(double load) {
    LoadPattern pattern = poisson(load, OptionalInt.empty());

    Estimate wait = replicate(pattern, 1, 10_000, run -> wait(run, LoadRequest::planned));

    assertThat(wait.agreesWith(pollaczekKhinchine(load))).as("%s", wait).isTrue();
    assertThat(wait.agreesWith(1.1 * pollaczekKhinchine(load))).isFalse();
  }

  /** Where requests wait here, and not at the server, only times from the arrival show it. */
  @Test
  void theWaitHereCountsFromThePlannedArrivalOnly() {
    LoadPattern pattern = poisson(0.6, OptionalInt.of(1));

    Estimate planned = replicate(pattern, 1, 10_000, run -> wait(run, LoadRequest::planned));
    Estimate sent = replicate(pattern, 1, 10_000, run -> wait(run, r -> r.sent().getAsDouble()));

    assertThat(planned.agreesWith(pollaczekKhinchine(0.6))).as("%s", planned).isTrue();
    assertThat(sent.agreesWith(pollaczekKhinchine(0.6))).as("%s", sent).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"1.25, 1", "2, 1", "1.25, 4", "2, 4"})
  void aboveWhatItCanDoAServerAnswersThatManyAndTheQueueGrows(double load, int workers) {
    LoadPattern pattern = poisson(load * workers, OptionalInt.empty());

    Estimate throughput = replicate(pattern, workers, 1_000, KnownCurveTest::throughput);
    Estimate growth = replicate(pattern, workers, 1_000, KnownCurveTest::growth);

    assertThat(throughput.agreesWith(workers * SECOND / DrawnCosts.mean()))
        .as("%s", throughput)
        .isTrue();
    assertThat(growth.agreesWith(load - 1)).as("%s", growth).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "0.3, 1, false",
    "0.8, 1, false",
    "0.3, 4, false",
    "0.8, 4, false",
    "1.25, 1, true",
    "2, 1, true",
    "1.25, 4, true",
    "2, 4, true"
  })
  void aPointIsMarkedIfItAsksForMoreThanTheServerCanDo(
      double load, int workers, boolean saturated) {
    for (OptionalInt most : List.of(OptionalInt.empty(), OptionalInt.of(8))) {
      LoadPattern pattern = poisson(load * workers, most);
      for (int requests : new int[] {500, 2_000}) {
        Estimate marked = replicate(pattern, workers, requests, run -> saturated(run) ? 1 : 0);
        assertThat(marked.mean()).as("%d requests", requests).isEqualTo(saturated ? 1 : 0);
      }
    }
  }

  @Test
  void aSlowServerThatKeepsUpIsNotMarked() {
    List<Cost> costs = Collections.nCopies(500, new Cost(576, 2_000));
    double rate = 20; // 500 arrive in 25 s, and each takes 10 s

    assertThat(saturated(run(open(rate), 500, costs, 1))).isFalse();
    assertThat(saturated(run(open(rate), 100, costs, 1))).isTrue();
  }

  @Test
  void loopsWithoutARateAreNotMarked() {
    List<Cost> costs = Collections.nCopies(500, new Cost(576, 2));

    assertThat(Saturation.of(requests(run(LoadPattern.closed(100), 1, costs, 1)))).isEmpty();
    assertThat(Saturation.of(requests(run(open(Double.POSITIVE_INFINITY), 1, costs, 1)))).isEmpty();
    assertThat(saturated(run(open(1000), 1, costs, 1))).isTrue();
  }

  private static boolean saturated(PointRun run) {
    return Saturation.of(requests(run)).orElseThrow();
  }

  private static PointRequests requests(PointRun run) {
    return new PointRequests(
        LoadRow.of(
            LoadRows.series("server", run.plan().pattern(), 1, "1/1"),
            run,
            PhaseShares.DEFAULT,
            number -> new AskedQuestion("q" + number, Optional.empty())));
  }

  private static double pollaczekKhinchine(double load) {
    double rate = load / DrawnCosts.mean();
    return rate * DrawnCosts.meanSquare() / (2 * (1 - load));
  }

  /** Returns Poisson arrivals at a rate that is a multiple of what one worker can do. */
  private static LoadPattern poisson(double load, OptionalInt mostInFlight) {
    return LoadPattern.open(load * SECOND / DrawnCosts.mean(), 1, mostInFlight);
  }

  private static LoadPattern open(double rate) {
    return LoadPattern.open(rate, 1, OptionalInt.empty());
  }

  private static Estimate replicate(
      LoadPattern pattern, int workers, int questions, ToDoubleFunction<PointRun> value) {
    return Estimate.of(
        IntStream.range(0, REPLICATIONS)
            .mapToDouble(
                seed ->
                    value.applyAsDouble(
                        run(pattern, workers, DrawnCosts.of(questions, seed), seed))));
  }

  private static PointRun run(LoadPattern pattern, int workers, List<Cost> costs, long seed) {
    VirtualClock clock = new VirtualClock();
    LoadServer server = new QueueServer(clock, workers, DrawnCosts.TIME, costs);
    List<Integer> questions = IntStream.range(0, costs.size()).boxed().toList();
    PointPlan plan = new PointPlans(questions, seed, DRAIN).point(0, pattern);
    return clock.await(LoadGenerator.run(plan, server, clock));
  }

  /** Returns the requests a second that were answered before the last was due, or sent. */
  private static double throughput(PointRun run) {
    ToDoubleFunction<LoadRequest> time =
        run.plan().pattern().isClosed()
            ? request -> request.sent().getAsDouble()
            : LoadRequest::planned;
    double window = run.requests().stream().mapToDouble(time).max().getAsDouble();
    long done =
        run.requests().stream().filter(request -> request.outcome() == LoadOutcome.DONE).count();
    return done * SECOND / window;
  }

  /** Returns the mean wait but for the first tenth, in milliseconds. */
  private static double wait(PointRun run, ToDoubleFunction<LoadRequest> from) {
    return run.requests().stream()
        .skip(run.requests().size() / 10)
        .mapToDouble(
            request -> request.end().getAsDouble() - from.applyAsDouble(request) - service(request))
        .average()
        .getAsDouble();
  }

  private static double service(LoadRequest request) {
    return DrawnCosts.TIME.until(
        request.reply().visualTokens().getAsInt(), request.reply().generatedTokens().getAsInt());
  }

  /** Returns by how much longer the last request took than the first, over the time between. */
  private static double growth(PointRun run) {
    LoadRequest first = run.requests().get(0);
    LoadRequest last = run.requests().get(run.requests().size() - 1);
    return (last.end().getAsDouble() - first.end().getAsDouble())
            / (last.planned() - first.planned())
        - 1;
  }
}
