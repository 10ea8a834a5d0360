package io.prumerge.load.generate;

import io.prumerge.endpoint.ChunkContent;
import io.prumerge.endpoint.StreamedChunk;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** A server in a clock's time: workers with one queue, first come, first served. */
public final class QueueServer implements LoadServer {

  /** What a question costs. */
  public record Cost(int visualTokens, int answerTokens) {}

  private record Waiting(Cost cost, CompletableFuture<LoadReply> asked) {}

  private static final double NANOS = 1e6;

  private final LoadClock clock;
  private final ServiceTime time;
  private final List<Cost> costs;
  private final Queue<Waiting> queue = new ArrayDeque<>();
  private int idle;

  /**
   * @param costs of the questions, by their numbers
   */
  public QueueServer(LoadClock clock, int workers, ServiceTime time, List<Cost> costs) {
    this.clock = clock;
    this.idle = workers;
    this.time = time;
    this.costs = costs;
  }

  @Override
  public CompletableFuture<LoadReply> ask(int question) {
    CompletableFuture<LoadReply> asked = new CompletableFuture<>();
    queue.add(new Waiting(costs.get(question), asked));
    serve();
    return asked;
  }

  private void serve() {
    while (idle > 0 && !queue.isEmpty()) {
      Waiting next = queue.remove();
      if (!next.asked().isDone()) { // as one that was given up
        idle--;
        work(next);
      }
    }
  }

  private void work(Waiting next) {
    long start = clock.nanos();
    List<StreamedChunk> texts =
        IntStream.rangeClosed(1, next.cost().answerTokens())
            .mapToObj(
                token ->
                    new StreamedChunk(
                        start + Math.round(NANOS * time.until(next.cost().visualTokens(), token)),
                        ChunkContent.ANSWER))
            .toList();
    long end = texts.get(texts.size() - 1).nanos();
    clock.at(
        end,
        () -> {
          idle++;
          next.asked().complete(answer(next.cost(), texts, end));
          serve();
        });
  }

  private static LoadReply answer(Cost cost, List<StreamedChunk> texts, long end) {
    return new LoadReply(
        Optional.of("Yes"),
        Optional.of("eos"),
        OptionalInt.of(20 + cost.visualTokens()),
        OptionalInt.of(cost.visualTokens()),
        OptionalInt.empty(),
        OptionalInt.of(cost.answerTokens()),
        OptionalInt.of(cost.answerTokens()),
        Optional.empty(),
        texts,
        end);
  }
}
