package io.prumerge.load.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.load.generate.QueueServer.Cost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoadGeneratorTest {

  private static final Duration DRAIN = Duration.ofSeconds(30);

  /** 100 ms for every question. */
  private static final ServiceTime TIME = new ServiceTime(50, 0.25, 10);

  private static final Cost COST = new Cost(160, 1);

  private final VirtualClock clock = new VirtualClock();

  @Test
  void aClosedLoopSendsTheNextWhenOneHasEnded() {
    long start = clock.nanos();
    PointRun run = run(LoadPattern.closed(2), 5, DRAIN, server(2));

    assertThat(run.requests()).extracting(LoadRequest::number).containsExactly(0, 1, 2, 3, 4);
    assertThat(run.requests()).extracting(LoadRequest::question).containsExactly(4, 3, 2, 1, 0);
    assertThat(planned(run)).containsExactly(0.0, 0.0, 100.0, 100.0, 200.0);
    assertThat(sent(run)).isEqualTo(planned(run));
    assertThat(ends(run)).containsExactly(100.0, 100.0, 200.0, 200.0, 300.0);
    assertThat(run.requests().get(4).chunks().texts()).containsExactly(300.0);
    assertThat(millis(run)).isEqualTo(300);
    assertThat(clock.nanos() - start).as("it stops with the last").isEqualTo(300_000_000);
  }

  @Test
  void anAnswerOfAClosedLoopIsLateOnceTheLastWasSent() {
    PointRun run = run(LoadPattern.closed(2), 5, DRAIN, server(2));

    assertThat(outcomes(run))
        .containsExactly(
            LoadOutcome.DONE,
            LoadOutcome.DONE, // the last was sent when these two had ended
            LoadOutcome.DONE,
            LoadOutcome.DONE,
            LoadOutcome.LATE);
  }

  @Test
  void anOpenLoopSendsAtArrivalsWhateverBecomesOfThoseBefore() {
    PointRun run = run(constant(20, OptionalInt.empty()), 4, DRAIN, server(1));

    assertThat(planned(run)).containsExactly(50.0, 100.0, 150.0, 200.0);
    assertThat(sent(run)).isEqualTo(planned(run));
    assertThat(ends(run)).containsExactly(150.0, 250.0, 350.0, 450.0);
    assertThat(outcomes(run))
        .containsExactly(LoadOutcome.DONE, LoadOutcome.LATE, LoadOutcome.LATE, LoadOutcome.LATE);
    assertThat(millis(run)).isEqualTo(400);
  }

  @Test
  void thoseAboveTheMostInFlightWaitHere() {
    PointRun run = run(constant(20, OptionalInt.of(1)), 4, DRAIN, server(1));

    assertThat(planned(run)).containsExactly(50.0, 100.0, 150.0, 200.0);
    assertThat(sent(run)).containsExactly(50.0, 150.0, 250.0, 350.0);
    assertThat(ends(run)).containsExactly(150.0, 250.0, 350.0, 450.0);
    assertThat(outcomes(run))
        .as("the last was due at 200, whenever it was sent")
        .containsExactly(LoadOutcome.DONE, LoadOutcome.LATE, LoadOutcome.LATE, LoadOutcome.LATE);
    assertThat(run.generator().delays()).as("waiting for room is no delay").isZero();
  }

  @Test
  void anInfiniteRateSendsAllAtOnceOrAsManyAsMayBeInFlight() {
    PointRun all =
        run(constant(Double.POSITIVE_INFINITY, OptionalInt.empty()), 3, DRAIN, server(1));
    PointRun two = run(constant(Double.POSITIVE_INFINITY, OptionalInt.of(2)), 3, DRAIN, server(1));

    assertThat(sent(all)).containsExactly(0.0, 0.0, 0.0);
    assertThat(planned(two)).containsExactly(0.0, 0.0, 0.0);
    assertThat(sent(two)).containsExactly(0.0, 0.0, 100.0);
    assertThat(outcomes(two)).containsExactly(LoadOutcome.DONE, LoadOutcome.LATE, LoadOutcome.LATE);
  }

  @Test
  void thoseInFlightAreGivenUpAfterTheDrain() {
    List<CompletableFuture<LoadReply>> asked = new ArrayList<>();
    LoadServer server = server(1);
    LoadServer noted =
        question -> {
          asked.add(server.ask(question));
          return asked.get(asked.size() - 1);
        };

    PointRun run = run(constant(20, OptionalInt.empty()), 4, Duration.ofMillis(100), noted);

    assertThat(outcomes(run))
        .containsExactly(
            LoadOutcome.DONE, LoadOutcome.LATE, LoadOutcome.UNFINISHED, LoadOutcome.UNFINISHED);
    assertThat(run.requests().get(3).end()).isEmpty();
    assertThat(run.requests().get(3).reply().error())
        .contains("endpoint_failed: no answer when the point stopped waiting");
    assertThat(asked)
        .extracting(CompletableFuture::isCancelled)
        .containsExactly(false, false, true, true);
    assertThat(millis(run)).as("to the last end that there is").isEqualTo(200);
  }

  @Test
  void anAnswerThatIsThereWhenThePointStopsCounts() {
    LoadServer server = // its answer's action runs just before the point's
        question -> {
          CompletableFuture<LoadReply> asked = new CompletableFuture<>();
          long end = clock.nanos() + 100_000_000;
          LoadReply reply = LoadReply.failed("a", end);
          clock.at(end, () -> asked.complete(reply));
          return asked;
        };

    PointRun run = run(LoadPattern.closed(1), 1, Duration.ofMillis(100), server);

    assertThat(ends(run)).containsExactly(100.0);
    assertThat(outcomes(run)).containsExactly(LoadOutcome.ERROR);
  }

  /** Java's HTTP client ends a request before what depends on it is cancelled. */
  @Test
  void anErrorOfBeingGivenUpIsNoErrorOfTheServer() {
    LoadServer server =
        question ->
            new CompletableFuture<>() {
              @Override
              public boolean cancel(boolean mayInterrupt) {
                complete(LoadReply.failed("cancelled", clock.nanos()));
                return super.cancel(mayInterrupt);
              }
            };

    PointRun run = run(LoadPattern.closed(2), 2, Duration.ofMillis(100), server);

    assertThat(outcomes(run)).containsOnly(LoadOutcome.UNFINISHED);
    assertThat(run.requests()).allMatch(request -> request.end().isEmpty());
  }

  @Test
  void aLoopWhoseServerStopsAnsweringStops() {
    LoadServer silent = question -> new CompletableFuture<>();

    PointRun closed = run(LoadPattern.closed(2), 4, Duration.ofMillis(700), silent);
    PointRun open = run(constant(20, OptionalInt.of(1)), 4, Duration.ofMillis(700), silent);

    for (PointRun run : List.of(closed, open)) {
      assertThat(outcomes(run)).hasSize(4).containsOnly(LoadOutcome.UNFINISHED);
      assertThat(millis(run)).isZero();
      assertThat(run.requests().get(3).sent()).isEmpty();
      assertThat(run.requests().get(3).reply().error())
          .contains("endpoint_failed: not sent before the point stopped waiting");
    }
    assertThat(planned(closed)).containsExactly(0.0, 0.0, 700.0, 700.0);
    assertThat(planned(open)).containsExactly(50.0, 100.0, 150.0, 200.0);
  }

  @Test
  void arrivalsThatAreFarApartAreAwaited() {
    PointRun run = run(constant(0.5, OptionalInt.empty()), 3, Duration.ofMillis(500), server(1));

    assertThat(ends(run)).containsExactly(2100.0, 4100.0, 6100.0);
  }

  @Test
  void aPointWithoutQuestionsIsOver() {
    assertThat(run(LoadPattern.closed(2), 0, DRAIN, server(1)).requests()).isEmpty();
    assertThat(millis(run(constant(2, OptionalInt.empty()), 0, DRAIN, server(1)))).isZero();
  }

  @Test
  void aRequestThatCannotBeMadeIsAnErrorAndIsNotSent() {
    LoadServer server = server(1);
    LoadServer broken =
        new LoadServer() {
          @Override
          public void make(int question) {
            if (question == 1) {
              throw new IllegalArgumentException("The picture is gone");
            }
          }

          @Override
          public CompletableFuture<LoadReply> ask(int question) {
            assertThat(question).isNotEqualTo(1);
            return server.ask(question);
          }
        };

    PointRun run = run(LoadPattern.closed(1), 3, DRAIN, broken);

    LoadRequest error = run.requests().get(1);
    assertThat(error.outcome()).isEqualTo(LoadOutcome.ERROR);
    assertThat(error.sent()).isEmpty();
    assertThat(error.end()).isEqualTo(OptionalDouble.of(100));
    assertThat(error.reply().error()).contains("endpoint_failed: The picture is gone");
    assertThat(ends(run)).containsExactly(100.0, 100.0, 200.0);
  }

  @Test
  void requestsAreMadeABoundedNumberAhead() {
    MadeAhead few = new MadeAhead(server(3));
    run(LoadPattern.closed(3), 100, DRAIN, few);
    assertThat(few.made).hasSize(100).doesNotHaveDuplicates();
    assertThat(Collections.max(few.ahead)).isEqualTo(LoadGenerator.AHEAD);

    MadeAhead many = new MadeAhead(server(3));
    run(LoadPattern.closed(50), 100, DRAIN, many);
    assertThat(many.made).hasSize(100).doesNotHaveDuplicates();
    assertThat(many.ahead.get(0)).as("all that are due at the start").isEqualTo(50);
    assertThat(Collections.max(many.ahead.subList(50, 100))).isEqualTo(LoadGenerator.AHEAD);
  }

  /** Counts requests that are made and not sent. */
  private static final class MadeAhead implements LoadServer {

    final List<Integer> made = new ArrayList<>();
    final List<Integer> ahead = new ArrayList<>();
    private final LoadServer server;

    MadeAhead(LoadServer server) {
      this.server = server;
    }

    @Override
    public void make(int question) {
      made.add(question);
    }

    @Override
    public CompletableFuture<LoadReply> ask(int question) {
      assertThat(made).contains(question);
      ahead.add(made.size() - ahead.size());
      return server.ask(question);
    }
  }

  @Test
  void theTimeThatARequestIsSentLateIsTheGenerators() {
    LoadServer server = server(1);
    long second = 1_000_000_000;
    LoadClock slow = // making a request takes ten times as long as its answer
        new LoadClock() {
          private long free = clock.nanos();

          @Override
          public long nanos() {
            return clock.nanos();
          }

          @Override
          public void at(long nanos, Runnable action) {
            clock.at(nanos, action);
          }

          @Override
          public void aside(Runnable work) {
            free = Math.max(free, nanos()) + second;
            clock.at(free, work);
          }
        };

    PointRun run =
        clock.await(
            LoadGenerator.run(
                new PointPlan(LoadPattern.closed(1), numbers(60), 1, DRAIN), server, slow));

    assertThat(sent(run).subList(0, 35)).as("made ahead").isEqualTo(planned(run).subList(0, 35));
    LoadRequest last = run.requests().get(59);
    assertThat(last.sent().getAsDouble() - last.planned()).isEqualTo(900);
    assertThat(run.generator().delays()).isEqualTo(900);
  }

  @Test
  void theNextIsDueWhenAReplyHasEndedHoweverLateThatIsNoticed() {
    LoadServer server = // whose replies are handed over 30 ms after their ends
        question -> {
          CompletableFuture<LoadReply> asked = new CompletableFuture<>();
          long end = clock.nanos() + 100_000_000;
          LoadReply reply = LoadReply.failed("a", end);
          clock.at(end + 30_000_000, () -> asked.complete(reply));
          return asked;
        };

    PointRun run = run(LoadPattern.closed(1), 3, DRAIN, server);

    assertThat(planned(run)).containsExactly(0.0, 100.0, 230.0);
    assertThat(sent(run)).containsExactly(0.0, 130.0, 260.0);
    assertThat(ends(run)).containsExactly(100.0, 230.0, 360.0);
    assertThat(run.generator().delays()).isEqualTo(30);
  }

  @Test
  void aFaultOfTheProgramFailsThePoint() {
    LoadServer faulty =
        question -> {
          throw new OutOfMemoryError("of this test");
        };

    assertThatThrownBy(() -> run(LoadPattern.closed(1), 3, DRAIN, faulty))
        .hasCauseInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void cancellingAPointGivesUpWhatIsInFlight() {
    List<CompletableFuture<LoadReply>> asked = new ArrayList<>();
    LoadServer silent =
        question -> {
          asked.add(new CompletableFuture<>());
          return asked.get(asked.size() - 1);
        };
    CompletableFuture<PointRun> point =
        LoadGenerator.run(
            new PointPlan(LoadPattern.closed(2), numbers(5), 1, DRAIN), silent, clock);
    CompletableFuture<Void> later = new CompletableFuture<>();
    clock.at(clock.nanos() + 1_000, () -> point.cancel(true));
    clock.at(clock.nanos() + 2_000, () -> later.complete(null));

    clock.await(later);

    assertThat(asked).hasSize(2).allMatch(CompletableFuture::isCancelled);
  }

  private QueueServer server(int workers) {
    return new QueueServer(clock, workers, TIME, Collections.nCopies(100, COST));
  }

  private PointRun run(LoadPattern pattern, int questions, Duration drain, LoadServer server) {
    return clock.await(
        LoadGenerator.run(new PointPlan(pattern, numbers(questions), 1, drain), server, clock));
  }

  /** Descending, so that no question's number is its request's. */
  private static List<Integer> numbers(int questions) {
    return IntStream.range(0, questions).mapToObj(i -> questions - 1 - i).toList();
  }

  private static LoadPattern constant(double rate, OptionalInt most) {
    return LoadPattern.open(rate, Double.POSITIVE_INFINITY, most);
  }

  private static List<Double> planned(PointRun run) {
    return run.requests().stream().map(LoadRequest::planned).toList();
  }

  /** Returns the time from the first request's due time to the end of the last that has one. */
  private static double millis(PointRun run) {
    double first = planned(run).stream().mapToDouble(Double::doubleValue).min().orElse(0);
    return run.requests().stream()
            .flatMapToDouble(request -> request.end().stream())
            .max()
            .orElse(first)
        - first;
  }

  private static List<Double> sent(PointRun run) {
    return run.requests().stream().map(request -> request.sent().getAsDouble()).toList();
  }

  private static List<Double> ends(PointRun run) {
    return run.requests().stream().map(request -> request.end().getAsDouble()).toList();
  }

  private static List<LoadOutcome> outcomes(PointRun run) {
    return run.requests().stream().map(LoadRequest::outcome).toList();
  }
}
