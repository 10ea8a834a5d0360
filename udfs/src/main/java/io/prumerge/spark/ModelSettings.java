package io.prumerge.spark;

import static io.prumerge.zoo.LoadSettings.CONVERSATION;
import static io.prumerge.zoo.LoadSettings.DEVICE;
import static io.prumerge.zoo.LoadSettings.IMAGE_ASPECT;

import ai.djl.Device;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFiles;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.config.CheckpointException;
import io.prumerge.engine.EngineConfig;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.engine.ModelLease;
import io.prumerge.host.DaemonThreads;
import io.prumerge.host.SparkSetting;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.location.Location;
import io.prumerge.torch.TorchException;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.Devices;
import io.prumerge.zoo.LlavaProcessor;
import io.prumerge.zoo.LoadSettings;
import io.prumerge.zoo.TypedSetting;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * The model settings on the driver. A task turns them into an {@link EngineConfig}, with the folder
 * on its own host and the device that Spark assigned, and takes the model from its JVM's pool.
 *
 * @param model checkpoint folder, as a path of each host or a URL of a file system that Hadoop
 *     knows; or several of them, as in {@code BASE+ADAPTER}
 * @param loading how it is loaded
 * @param weights which weights the checkpoint must have
 * @param files which files answers must come from, as the driver has hashed them; {@link
 *     ModelFiles#ANY} where it has not
 * @param clips which hashes CLIP folders must have, by the names that methods give them; others may
 *     have any
 */
public record ModelSettings(
    String model,
    LoadSettings loading,
    WeightsPin weights,
    ModelFiles files,
    Map<String, WeightsPin> clips)
    implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(ModelSettings.class);

  /**
   * Checks the location.
   *
   * @throws IllegalArgumentException if it holds a password
   */
  public ModelSettings {
    Location.open(model);
    clips = Map.copyOf(clips);
  }

  /**
   * Returns the model that Spark's settings name by {@link SparkSetting#MODEL} and those after it.
   *
   * @param setting returns the value of a key, or the given default if it is not set
   * @return settings with an empty {@link #model} if none is named
   */
  static ModelSettings of(BinaryOperator<String> setting) {
    return new ModelSettings(
        value(SparkSetting.MODEL, setting),
        LoadSettings.of(one -> value(one, setting)),
        new WeightsPin(value(SparkSetting.MODEL_SHA256, setting)),
        ModelFiles.ANY,
        Map.of());
  }

  private static String value(SparkSetting one, BinaryOperator<String> setting) {
    return setting.apply(one.key(), one.defaultValue());
  }

  /** Returns the value of a setting; by default where Spark has none of that name. */
  private static <T> T value(TypedSetting<T> one, BinaryOperator<String> setting) {
    return SparkSetting.named(one.name())
        .map(here -> one.read(here.key(), value(here, setting)))
        .orElse(one.defaultValue());
  }

  /**
   * Returns the engine's configuration in this process: the checkpoint on this host, Spark's
   * device. Settings that mean the same model give equal configurations, whether they state the
   * image aspect and the template or leave them to the model's files, because a JVM loads a model
   * once for each configuration.
   *
   * @throws IOException if the checkpoint cannot be copied to this host
   */
  EngineConfig here(SparkConf conf, AssignedDevice assigned) throws IOException {
    ModelFolders folders = cache(conf).local(model);
    ImageAspect aspect = LlavaProcessor.imageAspect(folders, loading.get(IMAGE_ASPECT));
    String template = LlavaProcessor.template(folders, loading.get(CONVERSATION));
    return new EngineConfig(
        folders.toString(),
        address(assigned),
        loading.with(IMAGE_ASPECT, aspect).with(CONVERSATION, template));
  }

  /**
   * Returns the engine's configuration in this process, for the device that Spark assigned to the
   * running task.
   *
   * @throws IOException if the model cannot be copied to this host
   */
  public EngineConfig here() throws IOException {
    return here(SparkEnv.get().conf(), assigned(Optional.ofNullable(TaskContext.get())));
  }

  /**
   * Leases the model, loading it if this JVM has not yet. The caller closes the lease.
   *
   * @throws IOException if the model cannot be copied to this host
   * @throws io.prumerge.host.DeviceException if the device is not available or is lost
   * @throws CheckpointException if its weights or files are not the pinned ones
   */
  public ModelLease acquire() throws IOException {
    return acquire(assigned(Optional.ofNullable(TaskContext.get())), TimingPlan.SHARED);
  }

  /** Returns the device that Spark assigned to the running task; none outside a task. */
  static AssignedDevice assigned(Optional<TaskContext> task) {
    return task.map(AssignedDevice::of).orElseGet(() -> new AssignedDevice(List.of()));
  }

  /** Leases the model on one device, in one lane where answers are timed alone. */
  ModelLease acquire(AssignedDevice assigned, TimingPlan timing) throws IOException {
    TaskCores.use();
    EngineConfig config = here(SparkEnv.get().conf(), assigned);
    ModelLease lease = lease(timing.isAlone() ? config.inOneLane() : config);
    try {
      requireSame(lease);
      weights.check(lease.model().checkpoint());
      return lease;
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  /**
   * Refuses answers of a model whose files were changed meanwhile: weights stay mapped, and what is
   * written into their file is computed with.
   *
   * @throws CheckpointException naming the file, and what it was and is
   */
  public void requireSame(ModelLease lease) {
    lease.model().checkpoint().requireSame(files);
  }

  /**
   * Begins to load the model in the background for the tasks of local mode, which run in this
   * process. What fails so fails for the tasks too.
   */
  void preload(TimingPlan timing) {
    AssignedDevice assigned = assigned(Optional.empty());
    Runnable load =
        () -> {
          try (ModelLease lease = acquire(assigned, timing)) {
            lease.pack();
          } catch (IOException | RuntimeException e) {
            LOG.debug("Cannot load {} ahead of its tasks", model, e);
          }
        };
    DaemonThreads.named("prumerge-preload").newThread(load).start();
  }

  private ModelLease lease(EngineConfig config) {
    try {
      return LlavaEngine.acquire(config);
    } catch (TorchException e) {
      throw LostDevice.here().of(e);
    } catch (CheckpointException e) {
      Checkpoint.requireSame(config.folders(), files); // it says more than what the load met first
      throw e;
    }
  }

  /** Returns the folders that this host has copies of. */
  static ModelCache cache(SparkConf conf) {
    Optional<Path> cache =
        conf.contains(ModelCache.DIRECTORY)
            ? Optional.of(Path.of(conf.get(ModelCache.DIRECTORY)))
            : Optional.empty();
    return new ModelCache(cache, hadoop(conf));
  }

  /**
   * Returns the CUDA ordinal for the configuration, or {@link AssignedDevice#NONE}. On the CPU it
   * is always NONE, because configurations with different ordinals would each load the model.
   */
  private int address(AssignedDevice assigned) {
    return loading.get(DEVICE) == DeviceChoice.CPU ? AssignedDevice.NONE : assigned.ordinal();
  }

  /** Returns the device that a model would run on. */
  Device device(AssignedDevice assigned) {
    return Devices.device(loading.get(DEVICE), address(assigned));
  }

  private static Configuration hadoop(SparkConf conf) {
    Configuration hadoop = new Configuration();
    for (Tuple2<String, String> setting : conf.getAllWithPrefix("spark.hadoop.")) {
      hadoop.set(setting._1(), setting._2());
    }
    return hadoop;
  }
}
