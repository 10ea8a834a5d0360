package io.prumerge.spark;

import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.engine.EngineConfig;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.engine.ModelLease;
import io.prumerge.image.ImageAspect;
import io.prumerge.torch.TorchException;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;

/**
 * A model that a task takes from its JVM's pool by itself: on the device that Spark assigned, from
 * this host's copy.
 *
 * @param model {@code BASE[+ADAPTER][+CLIP]}, as paths of each host or URLs that Hadoop knows
 * @param weights the weights that it must have
 */
public record TaskEngine(
    String model,
    DeviceChoice device,
    DtypeChoice dtype,
    ImageAspect imageAspect,
    String conversation,
    WeightsPin weights)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * Returns the engine's configuration in this process: the model's folders on this host.
   *
   * @throws IOException if the model cannot be copied to this host
   */
  public EngineConfig here() throws IOException {
    return settings().here(SparkEnv.get().conf(), assigned(Optional.ofNullable(TaskContext.get())));
  }

  /**
   * Leases the model, loading it if this JVM has not yet. The caller closes the lease.
   *
   * @throws IOException if the model cannot be copied to this host
   * @throws io.prumerge.host.DeviceException if the device is not available or is lost
   * @throws io.prumerge.config.CheckpointException if its weights are not the pinned ones
   */
  public ModelLease acquire() throws IOException {
    return acquire(settings(), assigned(Optional.ofNullable(TaskContext.get())));
  }

  private ModelSettings settings() {
    return new ModelSettings(model, device, dtype, imageAspect, conversation, weights, Map.of());
  }

  /** Returns the device that Spark assigned to the running task; none outside a task. */
  static AssignedDevice assigned(Optional<TaskContext> task) {
    return task.map(AssignedDevice::of).orElseGet(() -> new AssignedDevice(List.of()));
  }

  /** Leases a model for tasks. May throw as {@link #acquire()}. */
  static ModelLease acquire(ModelSettings settings, AssignedDevice assigned) throws IOException {
    TaskModel.cores().ifPresent(LlavaEngine::useThreads);
    ModelLease lease = lease(settings.here(SparkEnv.get().conf(), assigned));
    try {
      lease.check(settings.weights());
      return lease;
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private static ModelLease lease(EngineConfig config) {
    try {
      return LlavaEngine.acquire(config);
    } catch (TorchException e) {
      throw LostDevice.here().of(e);
    }
  }
}
