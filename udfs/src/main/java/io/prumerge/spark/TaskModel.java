package io.prumerge.spark;

import io.prumerge.engine.Answer;
import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.engine.Question;
import io.prumerge.reduction.MethodSpec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The JVM's shared model as one Spark task uses it: found on this host, on the device Spark
 * assigned, given back when the task ends however it ends.
 *
 * <p>Outside a task (Spark's optimiser evaluates a projection over literal rows on the driver) no
 * device is assigned, and the caller closes.
 */
final class TaskModel implements AutoCloseable {

  private final Optional<TaskContext> task;
  private final AssignedDevice assigned;
  private final LlavaEngine.Lease lease;
  private final String host;
  private final AnswerTimeout timeout;

  private TaskModel(Optional<TaskContext> task, AssignedDevice assigned, LlavaEngine.Lease lease) {
    this.task = task;
    this.assigned = assigned;
    this.lease = lease;
    this.host = HostName.own();
    this.timeout = AnswerTimeout.here();
  }

  /**
   * Leases the model for the running task, if one runs, loading it if this JVM has not yet.
   *
   * @throws IOException where the model folder cannot be brought to this host
   * @throws io.prumerge.checkpoint.CheckpointException where its weights are not those pinned
   */
  static TaskModel acquire(ModelSettings settings) throws IOException {
    Optional<TaskContext> task = Optional.ofNullable(TaskContext.get());
    AssignedDevice assigned =
        task.map(AssignedDevice::of).orElseGet(() -> new AssignedDevice(List.of()));
    cores().ifPresent(LlavaEngine::useThreads);
    LlavaEngine.Lease lease = LlavaEngine.acquire(settings.here(SparkEnv.get().conf(), assigned));
    try {
      lease.check(settings.weights());
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
    TaskCompletionListener release = ended -> lease.close();
    task.ifPresent(running -> running.addTaskCompletionListener(release));
    return new TaskModel(task, assigned, lease);
  }

  /** Whether this is the lease of the given task attempt. */
  boolean leasedBy(TaskContext other) {
    return task.isPresent() && task.get().taskAttemptId() == other.taskAttemptId();
  }

  /**
   * Every question under every method: questions in their order, under each the methods in theirs.
   * Waits only while the device has too much to do already.
   *
   * @throws TaskKilledException where Spark has killed the task meanwhile
   * @throws io.prumerge.model.DeviceException where the device hangs, {@link HungDeviceError} where
   *     that ends an executor
   */
  CompletableFuture<List<Answer>> submit(
      byte[] image, List<Question> questions, List<MethodSpec> methods) {
    requireAlive();
    try {
      return lease.submit(new ImageRequest(image, questions, methods), timeout.limit());
    } catch (TimeoutException e) {
      throw timeout.expired(device());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskKilledException("interrupted while waiting for the device");
    }
  }

  /**
   * The answers, waited for.
   *
   * @throws TaskKilledException where Spark has killed the task meanwhile
   * @throws io.prumerge.model.DeviceException where the device hangs, {@link HungDeviceError} where
   *     that ends an executor
   */
  List<Answer> answers(CompletableFuture<List<Answer>> submitted) {
    requireAlive();
    try {
      List<Answer> answers = submitted.get(timeout.limit().toMillis(), TimeUnit.MILLISECONDS);
      ExecutorMetrics.ofThisJvm().answered(answers);
      return answers;
    } catch (TimeoutException e) {
      throw timeout.expired(device());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TaskKilledException("interrupted while waiting for answers");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException("Cannot answer: " + e.getCause(), e.getCause());
    }
  }

  /** Has something done when the task ends, however it ends. */
  void atEnd(Runnable action) {
    TaskCompletionListener listener = ended -> action.run();
    task.ifPresent(running -> running.addTaskCompletionListener(listener));
  }

  /** How many requests a task should have under way to keep the device busy. */
  int ahead() {
    return lease.ahead();
  }

  // Spark interrupts a killed task's thread only where it was told to.
  private void requireAlive() {
    if (task.isPresent() && task.get().isInterrupted()) {
      throw new TaskKilledException("killed between two images");
    }
  }

  /** The resolved device, as the {@code device} column holds it. */
  String device() {
    return lease.device();
  }

  /** The resolved arithmetic, as the {@code dtype} column holds it. */
  String dtype() {
    return lease.dtype();
  }

  AssignedDevice assigned() {
    return assigned;
  }

  String host() {
    return host;
  }

  /** Gives the lease back; for callers outside a task, since a task's end does it by itself. */
  @Override
  public void close() {
    lease.close();
  }

  /** Whether this process is the driver, as in local mode, and no executor of its own. */
  static boolean onDriver() {
    return SparkEnv.get().executorId().equals("driver");
  }

  // An executor that has a part of its machine says so; a local session's has all of it.
  static OptionalInt cores() {
    SparkConf conf = SparkEnv.get().conf();
    return onDriver() || !conf.contains("spark.executor.cores")
        ? OptionalInt.empty()
        : OptionalInt.of(conf.getInt("spark.executor.cores", 1));
  }
}
