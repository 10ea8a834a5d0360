package io.prumerge.spark;

import io.prumerge.checkpoint.ClipCheckpoint;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.engine.Answer;
import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.ModelLease;
import io.prumerge.host.SparkSetting;
import io.prumerge.lang.Text;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.torch.TorchException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/**
 * One Spark task's lease of the JVM's shared model, from this host's copy and on the device that
 * Spark assigned. The lease is released when the task ends, however it ends.
 *
 * <p>Outside a task (Spark's optimiser evaluates a projection over literal rows on the driver) no
 * device is assigned, and the caller closes the lease.
 */
final class TaskModel implements AskedModel, AutoCloseable {

  private final Optional<TaskContext> task;
  private final AssignedDevice assigned;
  private final ModelLease lease;
  private final ModelSettings settings;
  private final TimingPlan timing;
  private final Map<String, ClipCheckpoint> clips = new HashMap<>();
  private final String host;
  private final AnswerTimeout timeout;
  private final LostDevice lost;

  private TaskModel(
      Optional<TaskContext> task,
      AssignedDevice assigned,
      ModelLease lease,
      ModelSettings settings,
      TimingPlan timing) {
    this.task = task;
    this.assigned = assigned;
    this.lease = lease;
    this.settings = settings;
    this.timing = timing;
    this.host = HostName.ofThisHost();
    this.timeout = AnswerTimeout.here();
    this.lost = LostDevice.here();
  }

  /**
   * Leases the model for the running task, if one runs, loading it if this JVM has not yet.
   *
   * @throws IOException if the model folder cannot be copied to this host
   * @throws io.prumerge.host.DeviceException if the device is not available or is lost; a {@link
   *     VirtualMachineError} if that ends an executor
   * @throws io.prumerge.config.CheckpointException if its weights are not the pinned ones
   */
  static TaskModel acquire(ModelSettings settings) throws IOException {
    return acquire(settings, TimingPlan.SHARED);
  }

  /** Leases the model likewise, in one lane where answers are timed alone. */
  static TaskModel acquire(ModelSettings settings, TimingPlan timing) throws IOException {
    Optional<TaskContext> task = Optional.ofNullable(TaskContext.get());
    AssignedDevice assigned = ModelSettings.assigned(task);
    ModelLease lease = settings.acquire(assigned, timing);
    TaskCompletionListener release = ended -> lease.close();
    task.ifPresent(running -> running.addTaskCompletionListener(release));
    return new TaskModel(task, assigned, lease, settings, timing);
  }

  /**
   * Loads the CLIP models that methods name in addition to this model, each copied to this host if
   * it is elsewhere, and loaded once.
   *
   * @throws IOException if a CLIP folder cannot be copied to this host
   * @throws io.prumerge.host.DeviceException as {@link #acquire}
   * @throws io.prumerge.config.CheckpointException if one does not fit, or is not the pinned one
   */
  TaskModel serving(List<TokenReducer> reducers) throws IOException {
    for (TokenReducer reducer : reducers) {
      for (String name : reducer.clips()) {
        if (!clips.containsKey(name)) {
          Path folder = ModelSettings.cache(SparkEnv.get().conf()).folder(name);
          try {
            ClipCheckpoint clip = lease.model().clips().place(name, folder);
            settings.clips().getOrDefault(name, WeightsPin.NONE).check(clip);
            clips.put(name, clip);
          } catch (TorchException e) {
            throw lost.of(e);
          }
        }
      }
    }
    return this;
  }

  /** Returns whether this is the lease of the given task attempt. */
  boolean leasedBy(TaskContext other) {
    return task.isPresent() && task.get().taskAttemptId() == other.taskAttemptId();
  }

  @Override
  public PendingAnswers ask(ImageRequest request, List<String> prompts) {
    CompletableFuture<List<Answer>> submitted = submit(request);
    return new PendingAnswers() {
      @Override
      public List<Row> rows() {
        return answers(submitted).stream()
            .map(
                answer ->
                    PredictionRows.prediction(
                        answer, prompts.get(answer.question()), TaskModel.this))
            .toList();
      }

      @Override
      public void cancel() {
        submitted.cancel(true);
      }
    };
  }

  /**
   * Submits every question under every method. Answers come in the order of the questions, and for
   * each question in the order of the methods. Blocks only while the device's queue is full.
   *
   * @throws TaskKilledException if Spark has killed the task
   * @throws io.prumerge.host.DeviceException if the device is lost; a {@link VirtualMachineError}
   *     if that ends an executor
   */
  CompletableFuture<List<Answer>> submit(ImageRequest request) {
    requireAlive();
    try {
      return lease.submit(request, timeout.limit());
    } catch (TimeoutException e) {
      throw lost.because(timeout.expired(device()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskKilledException("interrupted while waiting for the device");
    }
  }

  /**
   * Waits for the answers.
   *
   * @throws TaskKilledException if Spark has killed the task
   * @throws io.prumerge.config.CheckpointException if a file of the model was changed meanwhile
   * @throws io.prumerge.host.DeviceException if the device is lost; a {@link VirtualMachineError}
   *     if that ends an executor
   */
  List<Answer> answers(CompletableFuture<List<Answer>> submitted) {
    requireAlive();
    try {
      List<Answer> answers = lease.await(submitted, timeout.limit());
      settings.requireSame(lease);
      clips.values().forEach(ClipCheckpoint::requireSame);
      ExecutorMetrics.ofThisJvm().countAnswers(answers);
      return answers;
    } catch (TimeoutException e) {
      throw lost.because(timeout.expired(device()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskKilledException("interrupted while waiting for answers");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TorchException failure) {
        throw lost.of(failure);
      }
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException("Cannot answer: " + e.getCause(), e.getCause());
    }
  }

  @Override
  public void atEnd(Runnable action) {
    TaskCompletionListener listener = ended -> action.run();
    task.ifPresent(running -> running.addTaskCompletionListener(listener));
  }

  @Override
  public int ahead() {
    return lease.ahead();
  }

  // Spark interrupts a killed task's thread only if the job is set to interrupt on cancel.
  private void requireAlive() {
    if (task.isPresent() && task.get().isInterrupted()) {
      throw new TaskKilledException("killed between two images");
    }
  }

  /** Returns the resolved device, as the {@code device} column holds it. */
  String device() {
    return lease.model().device();
  }

  /** Returns the resolved arithmetic, as the {@code dtype} column holds it. */
  String dtype() {
    return lease.model().dtype();
  }

  AssignedDevice assigned() {
    return assigned;
  }

  String host() {
    return host;
  }

  /** Returns how its answers are timed. */
  TimingPlan timing() {
    return timing;
  }

  /** Releases the lease. For callers outside a task; the end of a task releases it too. */
  @Override
  public void close() {
    lease.close();
  }

  /** Returns whether this process is the driver, as in local mode, rather than an executor. */
  static boolean onDriver() {
    return SparkEnv.get().executorId().equals("driver");
  }

  /**
   * How long a task waits while the model makes no progress before it considers the device hung. No
   * progress means that no pass ends and no image is prepared. A task may wait much longer in
   * total.
   *
   * @param text the setting's value; the default is far longer than any pass takes
   * @param limit the same as a duration
   */
  record AnswerTimeout(String text, Duration limit) {

    /** Setting with the limit, as Spark writes times. */
    static final String KEY = SparkSetting.ANSWER_TIMEOUT.key();

    private static final String LIMIT = SparkSetting.ANSWER_TIMEOUT.defaultValue();

    /** Returns the timeout that this process's settings give. */
    static AnswerTimeout here() {
      SparkConf conf = SparkEnv.get().conf();
      return new AnswerTimeout(
          conf.get(KEY, LIMIT), Duration.ofMillis(conf.getTimeAsMs(KEY, LIMIT)));
    }

    /** Returns the error text after a timeout. */
    String expired(String device) {
      return Text.format(
          "The device %s has made no progress for %s and is considered hung; if a pass only needs"
              + " longer, set %s",
          device, text, KEY);
    }
  }
}
