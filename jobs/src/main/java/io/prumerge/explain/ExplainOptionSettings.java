package io.prumerge.explain;

import io.prumerge.reduction.MethodSpec;
import io.prumerge.settings.ModelJobSettings;
import io.prumerge.settings.ModelOptions;
import io.prumerge.torch.Quantization;
import io.prumerge.video.FrameProtocol;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The values of {@link ExplainOptions} that are given, as {@link ModelJobSettings} says. */
public final class ExplainOptionSettings extends ModelJobSettings {

  @Option(names = "--model", required = true, paramLabel = "DIR", description = ModelOptions.FOLDER)
  public String model;

  @Option(
      names = "--image",
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "JPEG, PNG, GIF, BMP or WebP files, on any Hadoop file system. Required without --frames.")
  public List<String> images = List.of();

  @Option(
      names = "--frames",
      paramLabel = "DIR",
      description =
          "In place of --image: a folder of a video's frames, chosen ones (frame-1-of-8.jpg) or all of them.")
  public String frames;

  @Option(
      names = "--frames-by",
      paramLabel = "RULE:N",
      description =
          "Which frames of --frames are shown, such as lmms-eval:8. Required where the folder has more than one set of chosen frames.")
  public String framesBy;

  @Option(
      names = "--together",
      description =
          "Put all images into one prompt. It may say <image> once for each; else they come first.")
  public boolean together;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "A question to answer under every method.")
  public String prompt;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "A new folder for explain.html and the PNG files.")
  public String output;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Token budget of an answer, in place of the checkpoint's own.")
  public Integer maxNewTokens;

  @Option(
      names = "--quantize",
      paramLabel = "none|int8",
      description =
          "Weight precision of the decoder's layers. Default none: that of --dtype. int8, activations too: on processors with VNNI.")
  public Quantization quantize = Quantization.NONE;

  /** Returns the options that are given here, with defaults for the others. */
  public ExplainOptions options(List<MethodSpec> methods) {
    return new ExplainOptions(
        model,
        images,
        Optional.ofNullable(frames),
        Optional.ofNullable(framesBy).map(FrameProtocol::parse),
        together,
        Optional.ofNullable(prompt),
        methods,
        output,
        modelOptions(),
        quantize,
        maxNewTokens == null ? OptionalInt.empty() : OptionalInt.of(maxNewTokens));
  }
}
