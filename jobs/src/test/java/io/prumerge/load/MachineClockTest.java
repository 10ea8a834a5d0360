package io.prumerge.load;

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
      long due = clock.nanos() + 30_000_000;
      clock.at(due, () -> last.complete(clock.nanos()));
      clock.at(due - 20_000_000, () -> ran.add("then on " + Thread.currentThread().getName()));
      clock.at(due - 60_000_000, () -> ran.add("at once on " + Thread.currentThread().getName()));

      assertThat(last.join()).isGreaterThanOrEqualTo(due);
      assertThat(ran).containsExactly("at once on load", "then on load");
    }
  }

  @Test
  void nothingRunsAfterTheClose() {
    MachineClock clock = new MachineClock();
    clock.close();

    clock.at(clock.nanos(), () -> {});
    clock.aside(() -> {});
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
                () -> new LoadReply(LoadAnswer.failed("no"), List.of(), System.nanoTime()),
                threads);
          }
        };
    try (MachineClock clock = new MachineClock()) {
      PointPlan plan =
          new PointPlan(
              new LoadPattern.Closed(4),
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
