package io.prumerge.engine;

import ai.djl.Device;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.FolderState;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.config.TimeRule;
import io.prumerge.host.DeviceOption;
import io.prumerge.image.ImageAspect;
import io.prumerge.image.ImageBounds;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Quantization;
import java.io.Serializable;
import java.util.Set;

/**
 * Everything that decides which model is loaded and how it answers; two equal configurations share
 * one loaded model per device and JVM.
 *
 * @param model folders on a file system of this host, as {@link ModelFolders} writes them
 * @param device where the model runs
 * @param deviceAddress CUDA ordinal that Spark assigned, -1 where none was
 * @param dtype arithmetic of the forward pass
 * @param quantization of the decoder's products
 * @param imageAspect pad to a square or crop the centre
 * @param template conversation template's name
 * @param bounds of pictures that keep their own size
 * @param mrope how the times of a video's views become whole numbers
 * @param oneLane whether one batch runs at a time, on its own threads, whatever the device has
 *     besides
 * @param files what the model's files are, of a configuration that is asked for
 * @param options of this host's JVM, likewise
 */
public record EngineConfig(
    String model,
    DeviceChoice device,
    int deviceAddress,
    DtypeChoice dtype,
    Quantization quantization,
    ImageAspect imageAspect,
    String template,
    ImageBounds bounds,
    TimeRule mrope,
    boolean oneLane,
    FolderState files,
    Set<DeviceOption> options)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /** A model of any files. */
  public EngineConfig(
      String model,
      DeviceChoice device,
      int deviceAddress,
      DtypeChoice dtype,
      Quantization quantization,
      ImageAspect imageAspect,
      String template,
      ImageBounds bounds,
      TimeRule mrope) {
    this(
        model,
        device,
        deviceAddress,
        dtype,
        quantization,
        imageAspect,
        template,
        bounds,
        mrope,
        false /* one lane */,
        FolderState.NONE,
        Set.of());
  }

  /** A model whose times of videos are transformers'. */
  public EngineConfig(
      String model,
      DeviceChoice device,
      int deviceAddress,
      DtypeChoice dtype,
      Quantization quantization,
      ImageAspect imageAspect,
      String template,
      ImageBounds bounds) {
    this(
        model,
        device,
        deviceAddress,
        dtype,
        quantization,
        imageAspect,
        template,
        bounds,
        TimeRule.TRANSFORMERS);
  }

  /** A model as its files say. */
  public EngineConfig(
      String model,
      DeviceChoice device,
      int deviceAddress,
      DtypeChoice dtype,
      ImageAspect imageAspect,
      String template) {
    this(
        model,
        device,
        deviceAddress,
        dtype,
        Quantization.NONE,
        imageAspect,
        template,
        ImageBounds.NONE);
  }

  /**
   * Returns this configuration with the present state of the model's files and of this JVM.
   *
   * @throws io.prumerge.config.CheckpointException if the folders hold no model
   * @throws io.prumerge.host.DeviceException if the JVM's options are none
   */
  EngineConfig asItIsNow() {
    return with(oneLane, FolderState.of(folders()), DeviceOption.chosen());
  }

  /** Returns this configuration with one batch at a time. */
  public EngineConfig inOneLane() {
    return with(true, files, options);
  }

  private EngineConfig with(boolean lane, FolderState states, Set<DeviceOption> chosen) {
    return new EngineConfig(
        model,
        device,
        deviceAddress,
        dtype,
        quantization,
        imageAspect,
        template,
        bounds,
        mrope,
        lane,
        states,
        chosen);
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
    Device on = Devices.device(device, deviceAddress);
    Precision precision =
        Devices.precision(dtype, on, () -> Checkpoint.open(folders()).weightType());
    return new EngineConfig(
        model,
        on.isGpu() ? DeviceChoice.CUDA : DeviceChoice.CPU,
        on.isGpu() ? on.getDeviceId() : -1,
        DtypeChoice.valueOf(precision.name()),
        quantization,
        imageAspect,
        template,
        bounds,
        mrope,
        oneLane,
        files,
        options);
  }

  /** Returns the model's folders. */
  public ModelFolders folders() {
    return ModelFolders.parse(model);
  }

  ModelPlace place() {
    return new ModelPlace(device, deviceAddress);
  }
}
