package io.prumerge.engine;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The loaded models of this JVM: one for each configuration, shared by all task threads.
 *
 * <p>A model stays loaded when nobody holds it, because the next task wants it again; it makes room
 * when another configuration is loaded on its device. A load that failed is remembered for a short
 * time, so that Spark's retries of a task do not each spend minutes on it.
 */
public final class LlavaEngine {

  private static final Duration FAILURE_MEMORY = Duration.ofSeconds(30);
  private static final Map<EngineConfig, Slot> SLOTS = new HashMap<>();
  private static int loads;

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
                if (idle && slot.answerer != null) {
                  slot.answerer.close();
                }
                return idle && slot.answerer != null;
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
    private RuntimeException failure;
    private long failedAt;

    private synchronized ImageAnswerer model(EngineConfig config) {
      if (answerer == null) {
        if (failure != null && System.nanoTime() - failedAt < FAILURE_MEMORY.toNanos()) {
          throw failure;
        }
        releaseIdle(other -> other.sameDevice(config));
        try {
          answerer = ImageAnswerer.load(config);
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
      return answerer;
    }
  }

  /** The right to use a loaded model until it is closed; thread-safe. */
  public static final class Lease implements AutoCloseable {
    private final Slot slot;
    private final ImageAnswerer answerer;
    private boolean closed;

    private Lease(Slot slot, ImageAnswerer answerer) {
      this.slot = slot;
      this.answerer = answerer;
    }

    /**
     * Answers every question under every method: questions in their order, under each the methods
     * in theirs. What is wrong with an image or a question comes back as its answers' error. The
     * model stays loaded until they are there, also when the lease is closed meanwhile.
     *
     * @throws io.prumerge.model.TorchException if the device fails otherwise than by memory
     * @throws IllegalStateException if the lease was closed
     */
    public List<Answer> answer(ImageRequest request) {
      hold();
      try {
        return answerer.answer(request);
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

    /** The device in use: {@code cpu} or {@code cuda:N}. */
    public String device() {
      return answerer.device();
    }

    /** The arithmetic in use: {@code fp32}, {@code bf16} or {@code fp16}. */
    public String dtype() {
      return answerer.dtype();
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
