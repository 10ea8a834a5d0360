package io.prumerge.engine;

import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.Devices;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The loaded models of this JVM: one for each configuration, shared by all task threads.
 *
 * <p>A configuration is what it resolves to on this host: device and arithmetic that were named and
 * those that were chosen are one model; a model whose files were changed is another one. It stays
 * loaded when nobody holds it, because the next task wants it again; it is unloaded when another
 * one is loaded on its device. A load that failed is remembered for a short time, so that Spark's
 * retries of a task do not each spend minutes on it.
 */
public final class LlavaEngine {

  private static final AtomicInteger THREADS =
      new AtomicInteger(Runtime.getRuntime().availableProcessors());
  private static final ModelPool<RunningModel> POOL =
      new ModelPool<>(config -> RunningModel.load(config, THREADS.get()), RunningModel::close);
  // A configuration of the same files resolves to the same device and precision while a JVM runs.
  private static final Map<EngineConfig, EngineConfig> RESOLVED = new ConcurrentHashMap<>();

  private LlavaEngine() {}

  /**
   * Leases the model of a configuration, loading it if this JVM has not yet, or if its files or the
   * JVM's {@link io.prumerge.host.DeviceOption}s were changed since. Other callers that want the
   * same one wait for the first.
   *
   * @throws io.prumerge.config.CheckpointException if the folder holds no usable checkpoint, or is
   *     changed meanwhile
   * @throws io.prumerge.host.DeviceException if the device or libtorch is not available
   */
  public static ModelLease acquire(EngineConfig config) {
    EngineConfig seen = config.asItIsNow();
    return new ModelLease(POOL.acquire(RESOLVED.computeIfAbsent(seen, EngineConfig::resolved)));
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
   * Lets models that are loaded from now on use so many processor threads: the cores of tasks that
   * have not the whole machine. All processors that the JVM sees otherwise.
   */
  public static void useThreads(int count) {
    THREADS.set(Math.max(1, count));
  }

  /** Returns the number of processor threads that models loaded from now on use. */
  public static int threads() {
    return THREADS.get();
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
  public static int openRequests() {
    return POOL.loaded().stream().mapToInt(model -> model.queue().openRequests()).sum();
  }
}
