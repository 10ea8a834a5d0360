package io.prumerge.load.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MachineClockTest {

  @Test
  void actionsRunAtTheirTimesOnOneThread() {
    try (MachineClock clock = new MachineClock()) {
      List<String> ran = Collections.synchronizedList(new ArrayList<>());
      CompletableFuture<Long> last = new CompletableFuture<>();
      long due = clock.nanos() + 1_000_000_000;
      clock.at(due, () -> last.complete(clock.nanos()));
      clock.at(due - 500_000_000, () -> ran.add("then on " + Thread.currentThread().getName()));
      clock.at(due - 1_500_000_000, () -> ran.add("now on " + Thread.currentThread().getName()));

      assertThat(last.join()).isGreaterThanOrEqualTo(due);
      assertThat(ran).containsExactly("now on load", "then on load");
    }
  }

  @Test
  void whatIsDueStillRunsBeforeTheClose() {
    List<String> ran = Collections.synchronizedList(new ArrayList<>());
    MachineClock clock = new MachineClock();
    clock.at(clock.nanos() + 3_600_000_000_000L, () -> ran.add("in an hour"));
    clock.at(clock.nanos(), () -> ran.add("now"));

    clock.close();
    clock.at(clock.nanos(), () -> ran.add("afterwards"));
    clock.aside(() -> ran.add("beside"));

    assertThat(ran).containsExactly("now");
  }

  @Test
  void cancellingAPointGivesUpItsRequestsBeforeTheClose() {
    CompletableFuture<Integer> sent = new CompletableFuture<>();
    CompletableFuture<LoadReply> reply = new CompletableFuture<>();
    LoadServer silent =
        question -> {
          sent.complete(question);
          return reply;
        };
    try (MachineClock clock = new MachineClock()) {
      PointPlan plan = new PointPlan(LoadPattern.closed(1), List.of(7), 1, Duration.ofHours(1));
      CompletableFuture<PointRun> run = LoadGenerator.run(plan, silent, clock);
      assertThat(sent.join()).isEqualTo(7);

      run.cancel(true);
    }
    assertThat(reply).isCancelled();
  }

  @Test
  void aPointIsAskedInRealTime() {
    Set<String> makers = ConcurrentHashMap.newKeySet();
    Set<String> askers = ConcurrentHashMap.newKeySet();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    LoadServer server =
        new LoadServer() {
          @Override
          public void make(int question) {
            makers.add(Thread.currentThread().getName());
          }

          @Override
          public CompletableFuture<LoadReply> ask(int question) {
            askers.add(Thread.currentThread().getName());
            return CompletableFuture.supplyAsync(
                () -> LoadReply.failed("no", System.nanoTime()), threads);
          }
        };
    try (MachineClock clock = new MachineClock()) {
      PointPlan plan =
          new PointPlan(
              LoadPattern.closed(4),
              IntStream.range(0, 2_000).boxed().toList(),
              1,
              Duration.ofSeconds(30));

      PointRun run = LoadGenerator.run(plan, server, clock).join();

      assertThat(run.requests())
          .hasSize(2_000)
          .allSatisfy(
              request ->
                  assertThat(request.sent().getAsDouble())
                      .isBetween(request.planned(), request.end().getAsDouble()));
      assertThat(makers).containsExactly("load-ahead");
      assertThat(askers).containsExactly("load");
    } finally {
      threads.shutdownNow();
    }
  }
}
