package io.prumerge.engine;

import ai.djl.Device;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.image.ImageAspect;
import io.prumerge.image.ImageException;
import io.prumerge.model.EncodedViews;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.text.QuestionReader;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The loaded models of this JVM: one for each configuration, shared by all task threads.
 *
 * <p>A configuration is what it resolves to on this host: device and arithmetic that were named and
 * those that were chosen are one model. It stays loaded when nobody holds it, because the next task
 * wants it again; it makes room when another one is loaded on its device. A load that failed is
 * remembered for a short time, so that Spark's retries of a task do not each spend minutes on it.
 */
public final class LlavaEngine {

  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE); // 292 years
  private static final AtomicInteger THREADS =
      new AtomicInteger(Runtime.getRuntime().availableProcessors());
  private static final ModelPool<RunningModel> POOL =
      new ModelPool<>(config -> RunningModel.load(config, THREADS.get()), RunningModel::close);
  // A configuration resolves to the same device and precision while a JVM lives.
  private static final Map<EngineConfig, EngineConfig> RESOLVED = new ConcurrentHashMap<>();

  private LlavaEngine() {}

  /**
   * Leases the model of a configuration, loading it if this JVM has not yet. Other callers that
   * want the same one wait for the first.
   *
   * @throws io.prumerge.config.CheckpointException if the folder holds no usable checkpoint
   * @throws io.prumerge.host.DeviceException if the device or libtorch is not to be had
   */
  public static Lease acquire(EngineConfig config) {
    return new Lease(POOL.acquire(RESOLVED.computeIfAbsent(config, EngineConfig::resolved)));
  }

  /**
   * Refuses a device that this host does not have.
   *
   * @throws io.prumerge.host.DeviceException saying what is there and what to do
   */
  public static void checkDevice(DeviceChoice choice) {
    Devices.device(choice, -1 /* not assigned by Spark */);
  }

  /**
   * Lets models that are loaded from now on use so many processor threads: the cores of an executor
   * that has not the whole machine. All processors that the JVM sees otherwise.
   */
  public static void useThreads(int count) {
    THREADS.set(Math.max(1, count));
  }

  /**
   * The device that a model asked for so would run on.
   *
   * @param address CUDA ordinal that Spark assigned, -1 where none was
   * @throws io.prumerge.host.DeviceException saying what is there and what to do
   */
  public static Device device(DeviceChoice choice, int address) {
    return Devices.device(choice, address);
  }

  /** Returns the number of models that this JVM has loaded since it started. */
  public static int loads() {
    return POOL.loads();
  }

  /** Unloads every model without a lease. */
  public static void releaseIdle() {
    POOL.unloadIdle();
  }

  /** Returns how many leases are open and requests under way, of all models together. */
  public static int leases() {
    return POOL.holders();
  }

  /** Returns how many places requests take in the queues of all loaded models together. */
  public static int places() {
    return POOL.loaded().stream().mapToInt(model -> model.queue().places()).sum();
  }

  /** The right to use a loaded model until it is closed; thread-safe. */
  public static final class Lease implements AutoCloseable {
    private final ModelPool<RunningModel>.Slot slot;
    private final ImageAnswerer answerer;
    private final ImageQueue queue;
    private boolean closed;

    private Lease(ModelPool<RunningModel>.Slot slot) {
      this.slot = slot;
      this.answerer = slot.model().answerer();
      this.queue = slot.model().queue();
    }

    /**
     * Asks every question under every method; waits only while the device has too much to do
     * already. The answers come as questions in their order, under each the methods in theirs. What
     * is wrong with an image or a question comes back as its answers' error. The model stays loaded
     * until they are there, also when the lease is closed meanwhile. Cancelling the future ends the
     * work where it is.
     *
     * <p>The future fails with a {@link io.prumerge.torch.TorchException} if the device does,
     * otherwise than by memory.
     *
     * @param patience the longest to wait while the model takes no step
     * @throws IllegalStateException if the lease was closed
     * @throws InterruptedException while waiting; nothing was asked
     * @throws TimeoutException if the model took no step for so long; nothing was asked
     */
    public CompletableFuture<List<Answer>> submit(ImageRequest request, Duration patience)
        throws InterruptedException, TimeoutException {
      hold();
      try {
        return queue.submit(request, slot::release, patience).answers();
      } catch (InterruptedException | TimeoutException | RuntimeException | Error e) {
        slot.release();
        throw e;
      }
    }

    /**
     * Waits for answers that were {@link #submit asked} for, as long as the device gets on.
     *
     * @param patience the longest to wait while the model takes no step: ends no pass, prepares no
     *     image
     * @throws TimeoutException if it took none for so long; the answers may still come
     * @throws ExecutionException as the future fails
     */
    public List<Answer> await(CompletableFuture<List<Answer>> answers, Duration patience)
        throws InterruptedException, ExecutionException, TimeoutException {
      return queue.await(answers, patience);
    }

    /**
     * The answers of a request, waited for.
     *
     * @throws io.prumerge.torch.TorchException if the device fails otherwise than by memory
     * @throws IllegalStateException if the lease was closed
     * @throws CancellationException if the thread is interrupted meanwhile
     */
    public List<Answer> answer(ImageRequest request) {
      CompletableFuture<List<Answer>> answers = new CompletableFuture<>();
      try {
        answers = submit(request, FOREVER);
        return answers.get();
      } catch (InterruptedException e) {
        answers.cancel(true);
        Thread.currentThread().interrupt();
        throw new CancellationException("Interrupted while waiting for answers");
      } catch (TimeoutException e) {
        throw new IllegalStateException("Cannot answer: " + e.getMessage(), e);
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException("Cannot answer: " + e.getCause(), e.getCause());
      }
    }

    /** How many requests a caller should have under way to keep the device busy. */
    public int ahead() {
      return queue.ahead();
    }

    /**
     * Shows what the methods make of an image, without asking anything; on this thread, beside what
     * the device does for others.
     *
     * @param image encoded bytes
     * @param question for methods that look at its text; they need one
     * @throws ImageException if it is no usable image
     * @throws io.prumerge.reduction.ReductionException if a method cannot reduce it
     * @throws io.prumerge.torch.TorchException if the device fails
     * @throws IllegalStateException if the lease was closed
     */
    public Explanation explain(byte[] image, Optional<String> question, List<MethodSpec> methods)
        throws ImageException {
      return explain(List.of(image), question, methods).get(0);
    }

    /**
     * The same of several images in one prompt, on which each method works together.
     *
     * @param images encoded bytes of each, in their order
     * @return one for each image
     */
    public List<Explanation> explain(
        List<byte[]> images, Optional<String> question, List<MethodSpec> methods)
        throws ImageException {
      hold();
      try {
        return answerer.explain(images, question, methods);
      } finally {
        slot.release();
      }
    }

    /**
     * An image behind the tower, as far as these methods need it; on this thread, beside what the
     * device does for others.
     *
     * @param image encoded bytes
     * @return to be closed before the lease
     * @throws ImageException if it is no usable image
     * @throws io.prumerge.torch.TorchException if the device fails
     * @throws IllegalStateException if the lease was closed
     */
    public EncodedViews encode(byte[] image, List<TokenReducer> reducers) throws ImageException {
      hold();
      try {
        return answerer.encode(image, reducers);
      } finally {
        slot.release();
      }
    }

    /** The model itself, for work beside answering; to be used while the lease is open. */
    public LlavaModel model() {
      return answerer.model();
    }

    /**
     * Reads questions about one image for methods that choose by their text; to be closed before
     * the lease.
     */
    public QuestionReader reader() {
      return answerer.reader();
    }

    private synchronized void hold() {
      if (closed) {
        throw new IllegalStateException("Cannot answer: the lease of the model was closed");
      }
      slot.hold();
    }

    /**
     * Refuses a model with other weights than these.
     *
     * @throws io.prumerge.config.CheckpointException naming both hashes
     */
    public void check(WeightsPin weights) {
      weights.check(answerer.checkpoint());
    }

    /**
     * Says where on this host the CLIP model is that methods name, and loads it beside the model if
     * it is not loaded yet. A name that nobody placed is a path of this host.
     *
     * @param name as in {@code clip=NAME}
     * @throws io.prumerge.config.CheckpointException if it is no CLIP model, does not fit the
     *     vision tower, or is not the pinned one
     * @throws io.prumerge.torch.TorchException if the device cannot hold it
     */
    public void placeClip(String name, Path folder, WeightsPin pin) {
      hold();
      try {
        pin.check(answerer.placeClip(name, folder));
      } finally {
        slot.release();
      }
    }

    /** The device in use: {@code cpu} or {@code cuda:N}. */
    public String device() {
      return answerer.device();
    }

    /** The arithmetic in use: {@code fp32}, {@code bf16} or {@code fp16}. */
    public String dtype() {
      return answerer.dtype();
    }

    /** How images meet the tower's square: {@code PAD} or {@code CROP}. */
    public ImageAspect imageAspect() {
      return answerer.imageAspect();
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        slot.release();
      }
    }
  }
}
