package io.prumerge.spark;

import io.prumerge.endpoint.ApiKey;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.endpoint.EndpointAnswer;
import io.prumerge.endpoint.EndpointException;
import io.prumerge.endpoint.Patience;
import io.prumerge.endpoint.VisionEndpoint;
import io.prumerge.engine.ModelLease.ImageRequest;
import io.prumerge.host.DaemonThreads;
import io.prumerge.spark.PredictPartition.AskedModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/** Opens endpoints with this process's key and Spark's settings. */
public final class Endpoints {

  /** Setting with the time for one answer, as Spark writes times. */
  static final String TIMEOUT = ModelSettings.SETTINGS + "endpointTimeout";

  private Endpoints() {}

  /**
   * Opens an endpoint.
   *
   * @throws IllegalArgumentException if the key would be sent without encryption, or the setting is
   *     wrong
   */
  static VisionEndpoint open(Endpoint endpoint, SparkConf conf) {
    return new VisionEndpoint(endpoint, ApiKey.ofEnvironment(), patience(conf));
  }

  /**
   * Asks one question about a picture of no content.
   *
   * @throws EndpointException if there is no answer
   */
  public static void probe(Endpoint endpoint, SparkConf conf) {
    open(endpoint, conf).probe();
  }

  private static Patience patience(SparkConf conf) {
    long millis = conf.getTimeAsMs(TIMEOUT, Patience.MODEL.answer().toMillis() + "ms");
    if (millis < 1) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s must be a time above 0", TIMEOUT));
    }
    return Patience.MODEL.withAnswer(Duration.ofMillis(millis));
  }

  /**
   * A task's requests to an endpoint: as many threads as it may have requests under way, each with
   * one image at a time, whose questions it asks one after another. The threads end with the task,
   * and their requests with them.
   */
  static final class EndpointModel implements AskedModel {

    private static final long LOOK_MILLIS = 200;

    private final VisionEndpoint endpoint;
    private final TaskContext task;
    private final int requests;
    private final ExecutorService threads;
    private final String host = HostName.own();

    private EndpointModel(VisionEndpoint endpoint, TaskContext task, int requests) {
      this.endpoint = endpoint;
      this.task = task;
      this.requests = requests;
      this.threads = Executors.newFixedThreadPool(requests, DaemonThreads.named("endpoint"));
      atEnd(threads::shutdownNow); // interrupts requests that nobody waits for any more
    }

    /**
     * Opens an endpoint for the running task.
     *
     * @param requests requests that this task may have under way
     * @throws IllegalArgumentException if this process's key would be sent without encryption
     */
    static EndpointModel open(Endpoint endpoint, int requests) {
      return new EndpointModel(
          Endpoints.open(endpoint, SparkEnv.get().conf()), TaskContext.get(), requests);
    }

    @Override
    public Pending ask(ImageRequest request) {
      CompletableFuture<List<EndpointAnswer>> answers =
          CompletableFuture.supplyAsync(
              () -> endpoint.answers(request.images(), request.questions()), threads);
      return new Pending() {
        @Override
        public List<Row> rows(List<String> prompts) {
          return EndpointModel.this.rows(await(answers), prompts);
        }

        @Override
        public void cancel() {
          answers.cancel(true);
        }
      };
    }

    private List<Row> rows(List<EndpointAnswer> answers, List<String> prompts) {
      ExecutorMetrics.ofThisJvm().answeredElsewhere(answers);
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < answers.size(); i++) {
        rows.add(PredictionRows.elsewhere(answers.get(i), prompts.get(i), host));
      }
      return rows;
    }

    /** Looks after the task now and then: Spark may kill it without an interrupt. */
    private List<EndpointAnswer> await(CompletableFuture<List<EndpointAnswer>> answers) {
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
}
