package io.prumerge.spark;

import io.prumerge.endpoint.Endpoint;
import io.prumerge.endpoint.EndpointAnswer;
import io.prumerge.endpoint.VideoAs;
import io.prumerge.endpoint.VisionEndpoint;
import io.prumerge.engine.ImageRequest;
import io.prumerge.host.DaemonThreads;
import io.prumerge.reduction.TokenReducer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/**
 * A task's requests to an endpoint: as many threads as it may have requests under way, each with
 * one image at a time, whose questions it asks one after another. The threads end with the task,
 * and their requests with them.
 */
final class EndpointModel implements AskedModel {

  private static final long LOOK_MILLIS = 200;

  private final VisionEndpoint endpoint;
  private final TaskContext task;
  private final int requests;
  private final TimingPlan timing;
  private final ExecutorService threads;
  private final String host = HostName.ofThisHost();

  private EndpointModel(
      VisionEndpoint endpoint, TaskContext task, int requests, TimingPlan timing) {
    this.endpoint = endpoint;
    this.task = task;
    this.requests = requests;
    this.timing = timing;
    this.threads = Executors.newFixedThreadPool(requests, DaemonThreads.named("endpoint"));
    atEnd(threads::shutdownNow); // interrupts requests that nobody waits for any more
  }

  /**
   * Opens an endpoint for the running task.
   *
   * @param videoAs how it is sent videos
   * @param requests requests that this task may have under way
   * @throws IllegalArgumentException if this process's key would be sent without encryption
   */
  static EndpointModel open(Endpoint endpoint, VideoAs videoAs, int requests, TimingPlan timing) {
    return new EndpointModel(
        Endpoints.open(endpoint, videoAs, SparkEnv.get().conf()),
        TaskContext.get(),
        requests,
        timing);
  }

  @Override
  public PendingAnswers ask(ImageRequest request, List<String> prompts) {
    CompletableFuture<List<List<EndpointAnswer>>> answers =
        CompletableFuture.supplyAsync(
            () ->
                request.reducers().stream()
                    .map(method -> endpoint.answers(request.visuals(), request.questions(), method))
                    .toList(),
            threads);
    return new PendingAnswers() {
      @Override
      public List<Row> rows() {
        return EndpointModel.this.rows(await(answers), request.reducers(), prompts);
      }

      @Override
      public void cancel() {
        answers.cancel(true);
      }
    };
  }

  /**
   * Returns the rows of the answers.
   *
   * @param answers of each method, one for each question
   */
  private List<Row> rows(
      List<List<EndpointAnswer>> answers, List<TokenReducer> methods, List<String> prompts) {
    answers.forEach(ExecutorMetrics.ofThisJvm()::answeredElsewhere);
    List<Row> rows = new ArrayList<>();
    for (int question = 0; question < prompts.size(); question++) {
      for (int method = 0; method < methods.size(); method++) {
        rows.add(
            PredictionRows.elsewhere(
                answers.get(method).get(question),
                methods.get(method).spec(),
                prompts.get(question),
                host,
                timing));
      }
    }
    return rows;
  }

  /** Looks after the task now and then: Spark may kill it without an interrupt. */
  private <T> T await(CompletableFuture<T> answers) {
    while (true) {
      if (task.isInterrupted()) {
        throw new TaskKilledException("killed while an endpoint was asked");
      }
      try {
        return answers.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        // Not there yet.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TaskKilledException("interrupted while an endpoint was asked");
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException("Cannot ask: " + e.getCause(), e.getCause());
      }
    }
  }

  @Override
  public int ahead() {
    return 2 * requests;
  }

  @Override
  public void atEnd(Runnable action) {
    TaskCompletionListener listener = ended -> action.run();
    task.addTaskCompletionListener(listener);
  }
}
