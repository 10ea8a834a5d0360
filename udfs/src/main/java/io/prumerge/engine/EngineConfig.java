package io.prumerge.engine;

import static io.prumerge.zoo.LoadSettings.DEVICE;
import static io.prumerge.zoo.LoadSettings.DTYPE;

import ai.djl.Device;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.FolderState;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.host.DeviceOption;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.Devices;
import io.prumerge.zoo.DtypeChoice;
import io.prumerge.zoo.LoadSettings;
import java.io.Serializable;
import java.util.Set;

/**
 * Everything that decides which model is loaded and how it answers; two equal configurations share
 * one loaded model per device and JVM.
 *
 * @param model folders on a file system of this host, as {@link ModelFolders} writes them
 * @param deviceAddress CUDA ordinal that Spark assigned, -1 where none was
 * @param settings with the conversation template's name
 * @param oneLane whether one batch runs at a time, on its own threads, whatever the device has
 *     besides
 * @param files what the model's files are, of a configuration that is asked for
 * @param options of this host's JVM, likewise
 */
public record EngineConfig(
    String model,
    int deviceAddress,
    LoadSettings settings,
    boolean oneLane,
    FolderState files,
    Set<DeviceOption> options)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /** A model with as many lanes as its device has. */
  public EngineConfig(String model, int deviceAddress, LoadSettings settings) {
    this(model, deviceAddress, settings, false /* one lane */, FolderState.NONE, Set.of());
  }

  /**
   * Returns this configuration with the present state of the model's files and of this JVM.
   *
   * @throws io.prumerge.config.CheckpointException if the folders hold no model
   * @throws io.prumerge.host.DeviceException if the JVM's options are none
   */
  EngineConfig asItIsNow() {
    return new EngineConfig(
        model, deviceAddress, settings, oneLane, FolderState.of(folders()), DeviceOption.chosen());
  }

  /** Returns this configuration with one batch at a time. */
  public EngineConfig inOneLane() {
    return new EngineConfig(model, deviceAddress, settings, true, files, options);
  }

  /**
   * Resolves {@code auto} and an address on this host: a model is what was resolved, however it was
   * asked for.
   *
   * @throws io.prumerge.host.DeviceException if there is no such device
   * @throws io.prumerge.config.CheckpointException if the arithmetic is up to the checkpoint, and
   *     the folder holds none
   */
  EngineConfig resolved() {
    Device on = Devices.device(settings.get(DEVICE), deviceAddress);
    Precision precision =
        Devices.precision(settings.get(DTYPE), on, () -> Checkpoint.open(folders()).weightType());
    return new EngineConfig(
        model,
        on.isGpu() ? on.getDeviceId() : -1,
        settings
            .with(DEVICE, on.isGpu() ? DeviceChoice.CUDA : DeviceChoice.CPU)
            .with(DTYPE, DtypeChoice.valueOf(precision.name())),
        oneLane,
        files,
        options);
  }

  /** Returns the model's folders. */
  public ModelFolders folders() {
    return ModelFolders.parse(model);
  }

  ModelPlace place() {
    return new ModelPlace(settings.get(DEVICE), deviceAddress);
  }
}
