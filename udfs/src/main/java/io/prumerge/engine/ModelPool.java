package io.prumerge.engine;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Models that take long to load: one for each resolved configuration, shared by all who hold it.
 * Thread-safe.
 *
 * <p>A model stays loaded when nobody holds it; it is unloaded when another one is loaded on its
 * device. A device loads and unloads one model at a time, and nobody else waits for that. A load
 * that failed is remembered for a short time.
 *
 * @param <M> the models
 */
final class ModelPool<M> {

  private static final Duration FAILURE_MEMORY = Duration.ofSeconds(30);

  private final Function<EngineConfig, M> load;
  private final Consumer<M> unload;
  private final Map<EngineConfig, Slot> slots = new HashMap<>();
  // Their monitors are held while a model is loaded or unloaded there.
  private final Map<ModelPlace, Object> devices = new HashMap<>();
  private int loads;

  /**
   * @param load makes the model of a resolved configuration
   * @param unload gives up a model without a lease
   */
  ModelPool(Function<EngineConfig, M> load, Consumer<M> unload) {
    this.load = load;
    this.unload = unload;
  }

  /**
   * Returns the model of a configuration, held until it is released; loaded if it is not there.
   * Others who want the same one wait for the first.
   *
   * @param config resolved
   * @throws RuntimeException as the loader does, or as it did less than 30 seconds ago
   */
  Slot acquire(EngineConfig config) {
    Slot slot = hold(config);
    try {
      slot.load();
      return slot;
    } catch (RuntimeException | Error e) {
      slot.release();
      throw e;
    }
  }

  private synchronized Slot hold(EngineConfig config) {
    Object device = devices.computeIfAbsent(config.place(), place -> new Object());
    Slot slot = slots.computeIfAbsent(config, key -> new Slot(config, device));
    slot.holders++;
    return slot;
  }

  /** Returns the number of models that were loaded. */
  synchronized int loads() {
    return loads;
  }

  /** Returns the models that are loaded now. */
  synchronized List<M> loaded() {
    return slots.values().stream().map(Slot::model).filter(Objects::nonNull).toList();
  }

  /** Returns the number of leases. */
  synchronized int holders() {
    return slots.values().stream().mapToInt(slot -> slot.holders).sum();
  }

  /** Unloads every model without a lease. */
  void unloadIdle() {
    devices().forEach(this::unloadIdle);
  }

  private synchronized List<Object> devices() {
    return List.copyOf(devices.values());
  }

  private void unloadIdle(Object device) {
    synchronized (device) {
      for (Optional<M> idle = idle(device); idle.isPresent(); idle = idle(device)) {
        unload.accept(idle.get());
      }
    }
  }

  // Takes one out: who asks for it now loads it anew, and waits for the device.
  private synchronized Optional<M> idle(Object device) {
    Optional<Slot> idle =
        slots.values().stream()
            .filter(slot -> slot.device == device && slot.holders == 0 && slot.model != null)
            .findFirst();
    idle.ifPresent(slot -> slots.remove(slot.config));
    return idle.map(Slot::model);
  }

  /** The place of one configuration's model. */
  final class Slot {
    private final EngineConfig config;
    private final Object device;
    private int holders; // guarded by the pool
    private volatile M model; // set by who has the device's monitor, as what follows
    private RuntimeException failure;
    private long failedAt;

    private Slot(EngineConfig config, Object device) {
      this.config = config;
      this.device = device;
    }

    private void load() {
      if (model != null) {
        return;
      }
      synchronized (device) {
        if (model != null) {
          return;
        }
        if (failure != null && System.nanoTime() - failedAt < FAILURE_MEMORY.toNanos()) {
          throw failure;
        }
        unloadIdle(device);
        try {
          model = load.apply(config);
        } catch (RuntimeException e) {
          failure = e;
          failedAt = System.nanoTime();
          throw e;
        }
        synchronized (ModelPool.this) {
          loads++;
        }
      }
    }

    /** Returns the model, for those who hold it. */
    M model() {
      return model;
    }

    /** Holds the model once more. */
    void hold() {
      synchronized (ModelPool.this) {
        holders++;
      }
    }

    /** Holds the model once less. */
    void release() {
      synchronized (ModelPool.this) {
        holders--;
      }
    }
  }
}
