package io.prumerge.engine;

import ai.djl.Device;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.image.ImageAspect;
import io.prumerge.image.ImageException;
import io.prumerge.reduction.MethodSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * The loaded models of this JVM: one for each configuration, shared by all task threads.
 *
 * <p>A model stays loaded when nobody holds it, because the next task wants it again; it makes room
 * when another configuration is loaded on its device. A load that failed is remembered for a short
 * time, so that Spark's retries of a task do not each spend minutes on it.
 */
public final class LlavaEngine {

  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE); // 292 years
  private static final Duration FAILURE_MEMORY = Duration.ofSeconds(30);
  private static final Map<EngineConfig, Slot> SLOTS = new HashMap<>();
  private static int loads;
  private static int threads = Runtime.getRuntime().availableProcessors();

  private LlavaEngine() {}

  /**
   * Leases the model of a configuration, loading it if this JVM has not yet. Other callers that
   * want the same one wait for the first.
   *
   * @throws io.prumerge.checkpoint.CheckpointException if the folder holds no usable checkpoint
   * @throws io.prumerge.model.DeviceException if the device or libtorch is not to be had
   */
  public static Lease acquire(EngineConfig config) {
    Slot slot;
    synchronized (SLOTS) {
      slot = SLOTS.computeIfAbsent(config, key -> new Slot());
      slot.leases++;
    }
    try {
      return new Lease(slot, slot.model(config));
    } catch (RuntimeException | Error e) {
      release(slot);
      throw e;
    }
  }

  /**
   * Refuses a device that this host does not have.
   *
   * @throws io.prumerge.model.DeviceException saying what is there and what to do
   */
  public static void checkDevice(DeviceChoice choice) {
    Devices.device(choice, -1 /* not assigned by Spark */);
  }

  /**
   * Lets models that are loaded from now on use so many processor threads: the cores of an executor
   * that has not the whole machine. All processors that the JVM sees otherwise.
   */
  public static void useThreads(int count) {
    synchronized (SLOTS) {
      threads = Math.max(1, count);
    }
  }

  private static int threads() {
    synchronized (SLOTS) {
      return threads;
    }
  }

  /**
   * The device that a model asked for so would run on.
   *
   * @param address CUDA ordinal that Spark assigned, -1 where none was
   * @throws io.prumerge.model.DeviceException saying what is there and what to do
   */
  public static Device device(DeviceChoice choice, int address) {
    return Devices.device(choice, address);
  }

  /** How many models this JVM has loaded since it started. */
  public static int loads() {
    synchronized (SLOTS) {
      return loads;
    }
  }

  /** Unloads every model that nobody holds. */
  public static void releaseIdle() {
    releaseIdle(config -> true);
  }

  private static void releaseIdle(Predicate<EngineConfig> which) {
    synchronized (SLOTS) {
      SLOTS
          .entrySet()
          .removeIf(
              entry -> {
                Slot slot = entry.getValue();
                boolean idle = slot.leases == 0 && which.test(entry.getKey());
                if (idle && slot.queue != null) {
                  slot.queue.close();
                }
                return idle && slot.queue != null;
              });
    }
  }

  private static void release(Slot slot) {
    synchronized (SLOTS) {
      slot.leases--;
    }
  }

  /** The place of one configuration's model; its monitor is held while the model is loaded. */
  private static final class Slot {
    private int leases; // guarded by SLOTS
    private ImageAnswerer answerer;
    private ImageQueue queue;
    private RuntimeException failure;
    private long failedAt;

    private synchronized ImageQueue model(EngineConfig config) {
      if (queue == null) {
        if (failure != null && System.nanoTime() - failedAt < FAILURE_MEMORY.toNanos()) {
          throw failure;
        }
        releaseIdle(other -> other.sameDevice(config));
        try {
          answerer = ImageAnswerer.load(config, threads());
          queue = new ImageQueue(answerer);
          failure = null;
        } catch (RuntimeException e) {
          failure = e;
          failedAt = System.nanoTime();
          throw e;
        }
        synchronized (SLOTS) {
          loads++;
        }
      }
      return queue;
    }
  }

  /** The right to use a loaded model until it is closed; thread-safe. */
  public static final class Lease implements AutoCloseable {
    private final Slot slot;
    private final ImageQueue queue;
    private boolean closed;

    private Lease(Slot slot, ImageQueue queue) {
      this.slot = slot;
      this.queue = queue;
    }

    /**
     * Asks every question under every method; waits only while the device has too much to do
     * already. The answers come as questions in their order, under each the methods in theirs. What
     * is wrong with an image or a question comes back as its answers' error. The model stays loaded
     * until they are there, also when the lease is closed meanwhile. Cancelling the future ends the
     * work where it is.
     *
     * <p>The future fails with a {@link io.prumerge.model.TorchException} if the device does,
     * otherwise than by memory.
     *
     * @param patience the longest to wait until the device has less to do
     * @throws IllegalStateException if the lease was closed
     * @throws InterruptedException while waiting; nothing was asked
     * @throws TimeoutException if the device had too much to do for so long; nothing was asked
     */
    public CompletableFuture<List<Answer>> submit(ImageRequest request, Duration patience)
        throws InterruptedException, TimeoutException {
      hold();
      try {
        return queue.submit(request, () -> release(slot), patience).answers();
      } catch (InterruptedException | TimeoutException | RuntimeException e) {
        release(slot);
        throw e;
      }
    }

    /**
     * The answers of a request, waited for.
     *
     * @throws io.prumerge.model.TorchException if the device fails otherwise than by memory
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
     * @throws ImageException if it is no usable image
     * @throws io.prumerge.reduction.ReductionException if a method cannot reduce it
     * @throws io.prumerge.model.TorchException if the device fails
     * @throws IllegalStateException if the lease was closed
     */
    public Explanation explain(byte[] image, List<MethodSpec> methods) throws ImageException {
      hold();
      try {
        return slot.answerer.explain(image, methods);
      } finally {
        release(slot);
      }
    }

    private synchronized void hold() {
      if (closed) {
        throw new IllegalStateException("Cannot answer: the lease of the model was closed");
      }
      synchronized (SLOTS) {
        slot.leases++;
      }
    }

    /**
     * Refuses a model with other weights than these.
     *
     * @throws io.prumerge.checkpoint.CheckpointException naming both hashes
     */
    public void check(WeightsPin weights) {
      weights.check(slot.answerer.checkpoint());
    }

    /** The device in use: {@code cpu} or {@code cuda:N}. */
    public String device() {
      return queue.answerer().device();
    }

    /** The arithmetic in use: {@code fp32}, {@code bf16} or {@code fp16}. */
    public String dtype() {
      return queue.answerer().dtype();
    }

    /** How images meet the tower's square: {@code PAD} or {@code CROP}. */
    public ImageAspect imageAspect() {
      return slot.answerer.imageAspect();
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        release(slot);
      }
    }
  }
}
