package io.prumerge.jobs;

import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.image.ImageAspect;
import io.prumerge.text.ConversationTemplate;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of every command that runs a model. Empty where not given. */
final class ModelFlags {

  /** What {@code --model} takes where a command loads a single model. */
  static final String FOLDER =
      "A LLaVA folder of Hugging Face's or LLaVA's own layout; BASE+ADAPTER for one with LoRA weights.";

  @Option(
      names = "--device",
      paramLabel = "auto|cpu|cuda",
      description = "Default auto: the CUDA device that Spark assigns, else the CPU.")
  private DeviceChoice device;

  @Option(
      names = "--dtype",
      paramLabel = "auto|fp32|bf16|fp16",
      description =
          "Default auto: bf16 on hardware that supports it, else fp16 on GPUs and fp32 on CPUs; fp16 checkpoints stay fp16 on GPUs.")
  private DtypeChoice dtype;

  @Option(
      names = "--image-aspect",
      paramLabel = "auto|pad|crop",
      description = "Default auto: the setting in the checkpoint's files.")
  private ImageAspect imageAspect;

  @Option(
      names = "--conv-mode",
      paramLabel = "NAME",
      description = "Conversation template; default " + ConversationTemplate.DEFAULT + ".")
  private String conversation;

  Optional<DeviceChoice> device() {
    return Optional.ofNullable(device);
  }

  Optional<DtypeChoice> dtype() {
    return Optional.ofNullable(dtype);
  }

  Optional<ImageAspect> imageAspect() {
    return Optional.ofNullable(imageAspect);
  }

  Optional<String> conversation() {
    return Optional.ofNullable(conversation);
  }
}
