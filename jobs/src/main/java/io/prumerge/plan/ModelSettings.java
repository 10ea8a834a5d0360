package io.prumerge.plan;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.prumerge.config.TimeRule;
import io.prumerge.console.UsageException;
import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.image.ImageAspect;
import io.prumerge.image.ImageBounds;
import picocli.CommandLine.Option;

/**
 * Settings of every job that runs a model: options on the command line, keys of a job's file, and
 * what callers from code set. Null where not given. The command line and code go before the file,
 * and the file before the defaults.
 */
@JsonAutoDetect(fieldVisibility = Visibility.NONE)
public class ModelSettings {

  @Option(
      names = "--device",
      paramLabel = "auto|cpu|cuda",
      description = "Default auto: the CUDA device that Spark assigns, else the CPU.")
  @JsonProperty
  public DeviceChoice device;

  @Option(
      names = "--dtype",
      paramLabel = "auto|fp32|bf16|fp16",
      description =
          "Default auto: bf16 on hardware that supports it, else fp16 on GPUs and fp32 on CPUs; fp16 checkpoints stay fp16 on GPUs.")
  @JsonProperty
  public DtypeChoice dtype;

  @Option(
      names = "--image-aspect",
      paramLabel = "auto|pad|crop",
      description = "Default auto: the setting in the checkpoint's files.")
  @JsonProperty
  public ImageAspect imageAspect;

  @Option(
      names = "--conv-mode",
      paramLabel = "auto|NAME",
      description =
          "Conversation template. Default auto: the model's own, or that of its adapter's training.")
  @JsonProperty("conv_mode")
  public String conversation;

  @Option(
      names = "--min-pixels",
      paramLabel = "N",
      description =
          "Fewest pixels of a resized picture, for models that see pictures at their own size; default: as the model's files say.")
  @JsonProperty
  public Integer minPixels;

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      description =
          "Most pixels of a resized picture, for models that see pictures at their own size; default: as the model's files say.")
  @JsonProperty
  public Integer maxPixels;

  @Option(
      names = "--square",
      paramLabel = "N",
      description =
          "Pads every picture to a square and resizes it to N pixels a side, for models that see pictures at their own size.")
  @JsonProperty
  public Integer square;

  @Option(
      names = "--mrope",
      paramLabel = "transformers|published",
      description =
          "How the times of a video's frames become whole numbers, for models whose positions have seconds. Default transformers: seconds are truncated before they are multiplied; published: the product is.")
  @JsonProperty
  public TimeRule mrope;

  /** Returns the options: given here, else in {@code file}, else by default. */
  public final ModelOptions modelOver(ModelSettings file) {
    return new ModelOptions(
        first(device, file.device, RunSetting.DEVICE.otherwise()),
        first(dtype, file.dtype, RunSetting.DTYPE.otherwise()),
        first(imageAspect, file.imageAspect, RunSetting.IMAGE_ASPECT.otherwise()),
        first(conversation, file.conversation, RunSetting.CONVERSATION.otherwise()),
        bounds(file),
        first(mrope, file.mrope, RunSetting.MROPE.otherwise()));
  }

  private ImageBounds bounds(ModelSettings file) {
    try {
      return new ImageBounds(
          size(CountSetting.MIN_PIXELS, first(minPixels, file.minPixels, null)),
          size(CountSetting.MAX_PIXELS, first(maxPixels, file.maxPixels, null)),
          size(CountSetting.SQUARE, first(square, file.square, null)));
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /** Returns a size that must be positive where it is given; 0 if it is not. */
  private static int size(CountSetting setting, Integer given) {
    if (given == null) {
      return 0;
    }
    setting.require(given);
    return given;
  }

  /** Returns the options that are given here, with defaults for the others. */
  public final ModelOptions modelOptions() {
    return modelOver(new ModelSettings());
  }

  static <T> T first(T here, T inFile, T otherwise) {
    if (here != null) {
      return here;
    }
    return inFile != null ? inFile : otherwise;
  }
}
