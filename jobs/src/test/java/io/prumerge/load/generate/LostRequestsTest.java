package io.prumerge.load.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.endpoint.ChunkContent;
import io.prumerge.endpoint.StreamedChunk;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that each request ends exactly once, whatever its server does. */
class LostRequestsTest {

  private static final int QUESTIONS = 60;
  private static final int SEEDS = 40;

  /** What a server does with a request. */
  private enum Behaviour {
    ANSWERS,
    ANSWERS_AT_ONCE,
    ANSWERS_TWICE,
    REFUSES,
    THROWS,
    FAILS,
    RETURNS_NOTHING,
    REPLIES_NOTHING,
    IS_SILENT,
    CANNOT_BE_MADE
  }

  static List<LoadPattern> patterns() {
    return List.of(
        LoadPattern.closed(1),
        LoadPattern.closed(7),
        LoadPattern.closed(2 * QUESTIONS),
        LoadPattern.open(30, 1, OptionalInt.empty()),
        LoadPattern.open(30, 0.3, OptionalInt.of(3)),
        LoadPattern.open(Double.POSITIVE_INFINITY, 1, OptionalInt.of(5)),
        LoadPattern.open(Double.POSITIVE_INFINITY, 1, OptionalInt.empty()));
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void eachRequestEndsOnce(LoadPattern pattern) {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      List<Behaviour> all = Arrays.asList(Behaviour.values());
      // A few seeds stall closed loops by servers that are silent; most do not.
      List<Behaviour> some = seed % 4 == 0 ? all : all.subList(0, all.indexOf(Behaviour.IS_SILENT));
      Behaviour[] behaviours =
          IntStream.range(0, QUESTIONS)
              .mapToObj(i -> some.get(random.nextInt(some.size())))
              .toArray(Behaviour[]::new);
      requireOneEach(pattern, behaviours, seed);
    }
  }

  private static void requireOneEach(LoadPattern pattern, Behaviour[] behaviours, int seed) {
    VirtualClock clock = new VirtualClock();
    Odd server = new Odd(clock, behaviours, seed);
    PointPlan plan =
        new PointPlans(IntStream.range(0, QUESTIONS).boxed().toList(), seed, Duration.ofMillis(400))
            .point(0, pattern);

    PointRun run = clock.await(LoadGenerator.run(plan, server, clock));

    assertThat(run.requests())
        .extracting(LoadRequest::number)
        .isEqualTo(IntStream.range(0, QUESTIONS).boxed().toList());
    assertThat(run.requests()).extracting(LoadRequest::question).isEqualTo(plan.questions());
    for (LoadRequest request : run.requests()) {
      Behaviour behaviour = behaviours[request.question()];
      boolean sent = request.sent().isPresent();
      assertThat(server.asked.getOrDefault(request.question(), 0))
          .as("%s with seed %d", behaviour, seed)
          .isEqualTo(sent ? 1 : 0);
      assertThat(request.outcome()).as(behaviour.name()).isIn(outcomes(behaviour, sent));
      assertThat(request.end().isEmpty()).isEqualTo(request.outcome() == LoadOutcome.UNFINISHED);
      assertThat(request.reply().error().isEmpty())
          .isEqualTo(List.of(LoadOutcome.DONE, LoadOutcome.LATE).contains(request.outcome()));
      if (sent) {
        assertThat(request.sent().getAsDouble()).isGreaterThanOrEqualTo(request.planned());
        request
            .end()
            .ifPresent(end -> assertThat(end).isGreaterThanOrEqualTo(request.sent().getAsDouble()));
      }
    }
  }

  private static List<LoadOutcome> outcomes(Behaviour behaviour, boolean sent) {
    if (!sent && behaviour != Behaviour.CANNOT_BE_MADE) {
      return List.of(LoadOutcome.UNFINISHED);
    }
    return switch (behaviour) {
      case ANSWERS, ANSWERS_AT_ONCE, ANSWERS_TWICE -> List.of(LoadOutcome.DONE, LoadOutcome.LATE);
      case IS_SILENT -> List.of(LoadOutcome.UNFINISHED);
      case REFUSES, THROWS, FAILS, RETURNS_NOTHING, REPLIES_NOTHING -> List.of(LoadOutcome.ERROR);
      case CANNOT_BE_MADE -> List.of(LoadOutcome.ERROR, LoadOutcome.UNFINISHED);
    };
  }

  /** Does with each question what is said of it, within 300 ms if it does anything. */
  private static final class Odd implements LoadServer {

    final Map<Integer, Integer> asked = new HashMap<>();
    private final LoadClock clock;
    private final Behaviour[] behaviours;
    private final Random random;

    Odd(LoadClock clock, Behaviour[] behaviours, int seed) {
      this.clock = clock;
      this.behaviours = behaviours;
      this.random = new Random(seed);
    }

    @Override
    public void make(int question) {
      if (behaviours[question] == Behaviour.CANNOT_BE_MADE) {
        throw new IllegalStateException("of this test");
      }
    }

    @Override
    public CompletableFuture<LoadReply> ask(int question) {
      asked.merge(question, 1, Integer::sum);
      CompletableFuture<LoadReply> reply = new CompletableFuture<>();
      long then = clock.nanos() + random.nextInt(300_000_000);
      switch (behaviours[question]) {
        case ANSWERS -> clock.at(then, () -> reply.complete(yes()));
        case ANSWERS_AT_ONCE -> reply.complete(yes());
        case ANSWERS_TWICE -> {
          clock.at(then, () -> reply.complete(yes()));
          clock.at(then + 1_000, () -> reply.obtrudeValue(yes()));
        }
        case REFUSES -> clock.at(then, () -> reply.complete(refused()));
        case THROWS -> throw new IllegalStateException("of this test");
        case FAILS ->
            clock.at(then, () -> reply.completeExceptionally(new IllegalStateException("so")));
        case RETURNS_NOTHING -> {
          return null;
        }
        case REPLIES_NOTHING -> clock.at(then, () -> reply.complete(null));
        case IS_SILENT -> {}
        case CANNOT_BE_MADE -> throw new AssertionError("It was never made");
        default -> throw new AssertionError(behaviours[question]);
      }
      return reply;
    }

    private LoadReply yes() {
      return new LoadReply(
          Optional.of("Yes"),
          Optional.of("eos"),
          OptionalInt.of(30),
          OptionalInt.of(9),
          OptionalInt.empty(),
          OptionalInt.of(1),
          OptionalInt.of(1),
          Optional.empty(),
          List.of(new StreamedChunk(clock.nanos(), ChunkContent.ANSWER)),
          clock.nanos());
    }

    private LoadReply refused() {
      return LoadReply.failed("endpoint_failed: 429", clock.nanos());
    }
  }
}
