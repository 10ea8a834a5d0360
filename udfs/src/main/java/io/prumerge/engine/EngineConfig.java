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

  /** A model as its files say; {@link #toBuilder} begins with it where one differs. */
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
        ImageBounds.NONE,
        TimeRule.TRANSFORMERS,
        false /* one lane */,
        FolderState.NONE,
        Set.of());
  }

  /** Begins a configuration that differs from this one. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Sets what a configuration differs in from the one that it was begun with. */
  public static final class Builder {

    private final String model;
    private DeviceChoice device;
    private int deviceAddress;
    private DtypeChoice dtype;
    private Quantization quantization;
    private final ImageAspect imageAspect;
    private final String template;
    private ImageBounds bounds;
    private TimeRule mrope;
    private boolean oneLane;
    private FolderState files;
    private Set<DeviceOption> options;

    private Builder(EngineConfig other) {
      model = other.model;
      device = other.device;
      deviceAddress = other.deviceAddress;
      dtype = other.dtype;
      quantization = other.quantization;
      imageAspect = other.imageAspect;
      template = other.template;
      bounds = other.bounds;
      mrope = other.mrope;
      oneLane = other.oneLane;
      files = other.files;
      options = other.options;
    }

    /** Sets the weight precision of the decoder's layers. */
    public Builder quantization(Quantization precision) {
      quantization = precision;
      return this;
    }

    /** Sets the bounds of pictures that keep their own size. */
    public Builder bounds(ImageBounds pixels) {
      bounds = pixels;
      return this;
    }

    /** Sets how the times of a video's views become whole numbers. */
    public Builder mrope(TimeRule rule) {
      mrope = rule;
      return this;
    }

    /** Returns the configuration. */
    public EngineConfig build() {
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
          oneLane,
          files,
          options);
    }
  }

  /**
   * Returns this configuration with the present state of the model's files and of this JVM.
   *
   * @throws io.prumerge.config.CheckpointException if the folders hold no model
   * @throws io.prumerge.host.DeviceException if the JVM's options are none
   */
  EngineConfig asItIsNow() {
    Builder now = toBuilder();
    now.files = FolderState.of(folders());
    now.options = DeviceOption.chosen();
    return now.build();
  }

  /** Returns this configuration with one batch at a time. */
  public EngineConfig inOneLane() {
    Builder alone = toBuilder();
    alone.oneLane = true;
    return alone.build();
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
    Builder resolved = toBuilder();
    resolved.device = on.isGpu() ? DeviceChoice.CUDA : DeviceChoice.CPU;
    resolved.deviceAddress = on.isGpu() ? on.getDeviceId() : -1;
    resolved.dtype = DtypeChoice.valueOf(precision.name());
    return resolved.build();
  }

  /** Returns the model's folders. */
  public ModelFolders folders() {
    return ModelFolders.parse(model);
  }

  ModelPlace place() {
    return new ModelPlace(device, deviceAddress);
  }
}
