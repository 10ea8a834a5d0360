package io.prumerge.bench;

import ai.djl.Device;
import io.prumerge.engine.Answer;
import io.prumerge.engine.EngineConfig;
import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.engine.ModelLease;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.LlavaModel;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.Devices;
import io.prumerge.zoo.DtypeChoice;
import io.prumerge.zoo.LoadSettings;
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
    this(config(model, dtype, choice, aspect, template));
  }

  private EngineLoop(EngineConfig config) {
    device = Devices.device(config.settings().get(LoadSettings.DEVICE), config.deviceAddress());
    lease = LlavaEngine.acquire(config);
  }

  private static EngineConfig config(
      Path model, DtypeChoice dtype, DeviceChoice choice, ImageAspect aspect, String template) {
    return new EngineConfig(
        model.toAbsolutePath().toString(),
        -1 /* not assigned by Spark */,
        LoadSettings.DEFAULT
            .with(LoadSettings.DEVICE, choice)
            .with(LoadSettings.DTYPE, dtype)
            .with(LoadSettings.IMAGE_ASPECT, aspect)
            .with(LoadSettings.CONVERSATION, template));
  }

  /** Opens the engine of a model of any family, which sees images as its own files say. */
  static EngineLoop ofFamily(Path model, DtypeChoice dtype, DeviceChoice choice, String template) {
    return new EngineLoop(model, dtype, choice, ImageAspect.AUTO, template);
  }

  /** Opens the engine with one batch at a time, as {@code --timing alone} does. */
  static EngineLoop inOneLane(Path model, DtypeChoice dtype, DeviceChoice choice) {
    return new EngineLoop(config(model, dtype, choice, ImageAspect.PAD, "vicuna_v1").inOneLane());
  }

  /**
   * The answers to each request; all of them are submitted before the first is waited for.
   *
   * @throws IllegalStateException if a question has an error in place of an answer, or none comes
   */
  List<List<Answer>> answer(List<ImageRequest> requests) throws InterruptedException {
    List<List<Answer>> answers = answersOrErrors(requests);
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
    List<CompletableFuture<List<Answer>>> asked = new ArrayList<>();
    try {
      for (ImageRequest request : requests) {
        asked.add(lease.submit(request, PATIENCE));
      }
    } catch (TimeoutException e) {
      throw new IllegalStateException(e);
    }
    return asked.stream().map(CompletableFuture::join).toList();
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

  /** The engine's own. */
  ModelLease lease() {
    return lease;
  }

  LlavaModel model() {
    return lease.model();
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
