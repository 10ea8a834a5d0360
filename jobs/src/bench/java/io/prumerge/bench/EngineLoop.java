package io.prumerge.bench;

import ai.djl.Device;
import io.prumerge.engine.Answer;
import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.engine.EngineConfig;
import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.engine.ModelLease;
import io.prumerge.image.ImageAspect;
import io.prumerge.torch.Precision;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** The bare engine: requests in, answers out, no Spark. */
final class EngineLoop implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofHours(1);

  private final ModelLease lease;
  private final Device device;

  /** Opens the engine on the processor. */
  EngineLoop(Path model, DtypeChoice dtype) {
    this(model, dtype, DeviceChoice.CPU);
  }

  /** Opens the engine on a device, of several GPUs the first. */
  EngineLoop(Path model, DtypeChoice dtype, DeviceChoice choice) {
    this(model, dtype, choice, ImageAspect.PAD, "vicuna_v1");
  }

  /** Opens the engine for a model with its own way to see images and to be asked. */
  EngineLoop(
      Path model, DtypeChoice dtype, DeviceChoice choice, ImageAspect aspect, String template) {
    device = LlavaEngine.device(choice, -1 /* not assigned by Spark */);
    lease =
        LlavaEngine.acquire(
            new EngineConfig(
                model.toAbsolutePath().toString(),
                choice,
                -1 /* not assigned by Spark */,
                dtype,
                aspect,
                template));
  }

  /**
   * The answers to each request; all of them are submitted before the first is waited for.
   *
   * @throws IllegalStateException if a question has an error in place of an answer, or none comes
   */
  List<List<Answer>> answer(List<ImageRequest> requests) throws InterruptedException {
    return flawless(answersOrErrors(requests));
  }

  /**
   * Equal bursts that follow each other without a pause.
   *
   * @param answers of each burst but the first and the last
   * @param seconds from the end of the first burst to the end of the last but one: the device has
   *     other work before and after
   */
  record Sustained(List<List<Answer>> answers, double seconds) {}

  /**
   * Submits the same requests several times.
   *
   * @param bursts at least 3
   */
  Sustained sustained(List<ImageRequest> requests, int bursts) throws InterruptedException {
    List<List<CompletableFuture<List<Answer>>>> asked = new ArrayList<>();
    List<CompletableFuture<Long>> ends = new ArrayList<>();
    for (int burst = 0; burst < bursts; burst++) {
      asked.add(submit(requests));
      ends.add(
          CompletableFuture.allOf(asked.get(burst).toArray(CompletableFuture[]::new))
              .thenApply(done -> System.nanoTime()));
    }
    CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).join();
    // Short bursts may end in another order than they began in.
    long[] ended = ends.stream().mapToLong(CompletableFuture::join).sorted().toArray();
    long nanos = ended[bursts - 2] - ended[0];
    List<List<Answer>> answers = new ArrayList<>();
    for (List<CompletableFuture<List<Answer>>> burst : asked.subList(1, bursts - 1)) {
      answers.add(
          flawless(burst.stream().map(CompletableFuture::join).toList()).stream()
              .flatMap(List::stream)
              .toList());
    }
    return new Sustained(answers, nanos / 1e9);
  }

  private static List<List<Answer>> flawless(List<List<Answer>> answers) {
    answers.stream()
        .flatMap(List::stream)
        .filter(answer -> answer.error() != null)
        .findFirst()
        .ifPresent(
            answer -> {
              throw new IllegalStateException(
                  "Cannot measure answers that are errors: " + answer.error());
            });
    return answers;
  }

  /** The same, where an answer may be an error. */
  List<List<Answer>> answersOrErrors(List<ImageRequest> requests) throws InterruptedException {
    return submit(requests).stream().map(CompletableFuture::join).toList();
  }

  // Waits for places among the open requests.
  private List<CompletableFuture<List<Answer>>> submit(List<ImageRequest> requests)
      throws InterruptedException {
    List<CompletableFuture<List<Answer>>> asked = new ArrayList<>();
    try {
      for (ImageRequest request : requests) {
        asked.add(lease.submit(request, PATIENCE));
      }
    } catch (TimeoutException e) {
      throw new IllegalStateException(e);
    }
    return asked;
  }

  /**
   * Answers a request and then runs a task on the thread that completes it, which is the device's.
   * Asks again if the answer came before the task could be attached.
   */
  void then(ImageRequest request, Runnable task) throws InterruptedException {
    Thread caller = Thread.currentThread();
    AtomicBoolean done = new AtomicBoolean();
    while (!done.get()) {
      try {
        lease
            .submit(request, PATIENCE)
            .thenRun(
                () -> {
                  if (Thread.currentThread() != caller) {
                    task.run();
                    done.set(true);
                  }
                })
            .join();
      } catch (TimeoutException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** The device in use. */
  Device device() {
    return device;
  }

  /** The arithmetic in use. */
  Precision precision() {
    return lease.model().precision();
  }

  @Override
  public void close() {
    lease.close();
  }
}
