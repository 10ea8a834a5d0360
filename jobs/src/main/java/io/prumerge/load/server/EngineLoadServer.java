package io.prumerge.load.server;

import io.prumerge.engine.Answer;
import io.prumerge.engine.AnswerTokens;
import io.prumerge.engine.ErrorKind;
import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.ModelLease;
import io.prumerge.host.DaemonThreads;
import io.prumerge.load.generate.LoadClock;
import io.prumerge.load.generate.LoadReply;
import io.prumerge.load.generate.LoadServer;
import io.prumerge.location.CauseText;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/**
 * Our own engine in this process as a server. Each request is one question under one method, so
 * that questions of one picture share nothing, as on a server without caches; the model works on
 * what is in flight together. It doesn't stream: no reply has chunks.
 *
 * <p>It takes its processors from the generator, so its figures are no server's.
 */
public final class EngineLoadServer implements LoadServer, AutoCloseable {

  /** As long as an endpoint has for an answer. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final ModelLease lease;
  private final IntFunction<ImageRequest> requests;
  private final LoadClock clock;
  private final Map<Integer, ImageRequest> made = new ConcurrentHashMap<>();
  // The engine makes its caller wait while it has too much to do; the generator must not.
  private final ExecutorService asking =
      Executors.newSingleThreadExecutor(DaemonThreads.named("load-engine"));

  /**
   * @param lease is closed with the server
   * @param requests makes the request of a question by its number: one question, one method
   */
  public EngineLoadServer(ModelLease lease, IntFunction<ImageRequest> requests, LoadClock clock) {
    this.lease = lease;
    this.requests = requests;
    this.clock = clock;
  }

  @Override
  public void make(int question) {
    made.computeIfAbsent(question, requests::apply);
  }

  @Override
  public CompletableFuture<LoadReply> ask(int question) {
    CompletableFuture<LoadReply> reply = new CompletableFuture<>();
    asking.execute(() -> ask(question, reply));
    return reply;
  }

  private void ask(int question, CompletableFuture<LoadReply> reply) {
    ImageRequest ready = made.remove(question);
    if (reply.isDone()) {
      return; // given up while others waited
    }
    try {
      CompletableFuture<List<Answer>> answers =
          lease.submit(ready == null ? requests.apply(question) : ready, PATIENCE);
      answers.whenComplete(
          (given, failure) ->
              reply.complete(failure == null ? answer(given.get(0)) : failed(failure)));
      reply.whenComplete((given, failure) -> answers.cancel(true));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the server was closed
      reply.complete(failed(e));
    } catch (TimeoutException | RuntimeException e) {
      reply.complete(failed(e));
    }
  }

  private LoadReply failed(Throwable failure) {
    return LoadReply.failed(
        ErrorKind.ENDPOINT_FAILED.with("The engine failed: " + CauseText.of(failure)),
        clock.nanos());
  }

  private LoadReply answer(Answer answer) {
    if (answer.error() != null) {
      return LoadReply.failed(answer.error(), clock.nanos());
    }
    AnswerTokens tokens = answer.tokens();
    return new LoadReply(
        Optional.of(answer.text()),
        Optional.of(answer.finishReason()),
        OptionalInt.of(tokens.text() + tokens.visualAfter()),
        OptionalInt.of(tokens.visualAfter()),
        OptionalInt.empty(),
        OptionalInt.of(tokens.generated()),
        OptionalInt.of(tokens.generated()),
        Optional.empty(),
        List.of(),
        clock.nanos());
  }

  /** Gives up what is not asked yet; what the model works on, it ends. */
  @Override
  public void close() {
    asking.shutdownNow();
    lease.close();
  }
}
