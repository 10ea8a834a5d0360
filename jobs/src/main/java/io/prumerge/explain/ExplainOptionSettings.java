package io.prumerge.explain;

import io.prumerge.console.CommonOptions;
import io.prumerge.console.GivenOption;
import io.prumerge.console.Setting;
import io.prumerge.lang.Optionals;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.settings.ModelJobSettings;
import io.prumerge.settings.ModelOptions;
import io.prumerge.torch.Quantization;
import io.prumerge.video.FrameProtocol;
import java.util.List;
import picocli.CommandLine.Mixin;

/** The values of {@link ExplainOptions} that are given, as {@link ModelJobSettings} says. */
public final class ExplainOptionSettings extends ModelJobSettings {

  @Mixin
  private final GivenOption<String> model =
      GivenOption.text(Setting.MODEL).required().help("DIR", ModelOptions.FOLDER);

  @Mixin
  private final GivenOption<List<String>> images =
      GivenOption.texts(Setting.IMAGE)
          .help(
              "FILE",
              "JPEG, PNG, GIF, BMP or WebP files, on any Hadoop file system. Required without"
                  + " --frames.");

  @Mixin
  private final GivenOption<String> frames =
      GivenOption.text(Setting.FRAMES)
          .help(
              "DIR",
              "In place of --image: a folder of a video's frames, chosen ones (frame-1-of-8.jpg) or"
                  + " all of them.");

  @Mixin
  private final GivenOption<String> framesBy =
      GivenOption.text(Setting.FRAMES_BY)
          .help(
              "RULE:N",
              "Which frames of --frames are shown, such as lmms-eval:8. Required where the folder"
                  + " has more than one set of chosen frames.");

  @Mixin
  private final GivenOption<Boolean> together =
      GivenOption.flag(Setting.TOGETHER)
          .help(
              "Put all images into one prompt. It may say <image> once for each; else they come"
                  + " first.");

  @Mixin
  private final GivenOption<String> prompt =
      GivenOption.text(Setting.PROMPT).help("TEXT", "A question to answer under every method.");

  @Mixin
  private final GivenOption<String> output =
      CommonOptions.output("A new folder for explain.html and the PNG files.").required();

  @Mixin
  private final GivenOption<Integer> maxNewTokens =
      GivenOption.count(Setting.MAX_NEW_TOKENS)
          .help("N", "Token budget of an answer, in place of the checkpoint's own.");

  @Mixin
  private final GivenOption<Quantization> quantize =
      GivenOption.of(Setting.QUANTIZE, Quantization.class)
          .help(
              "none|int8",
              "Weight precision of the decoder's layers. Default none: that of --dtype. int8,"
                  + " activations too: on processors with VNNI.");

  /** Returns the options that are given here, with defaults for the others. */
  public ExplainOptions options(List<MethodSpec> methods) {
    return new ExplainOptions(
        model.get(),
        images.get(),
        frames.find(),
        framesBy.find().map(FrameProtocol::parse),
        together.get(),
        prompt.find(),
        methods,
        output.get(),
        modelOptions(),
        quantize.or(Quantization.NONE),
        Optionals.ofNullable(maxNewTokens.find().orElse(null)));
  }
}
