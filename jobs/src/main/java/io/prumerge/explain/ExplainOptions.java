package io.prumerge.explain;

import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.settings.ModelOptions;
import io.prumerge.torch.Quantization;
import io.prumerge.video.FrameProtocol;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The options of {@code explain}.
 *
 * @param images files of pictures; none if there is a video
 * @param frames folder of a video's frames
 * @param protocol which of them are shown; empty: the only set of chosen ones
 * @param together whether the images are in one prompt, instead of one after the other
 * @param prompt the question about every image, or about all together, under every method
 * @param quantization of the decoder's products
 * @param maxNewTokens overrides the checkpoint's own
 */
public record ExplainOptions(
    String model,
    List<String> images,
    Optional<String> frames,
    Optional<FrameProtocol> protocol,
    boolean together,
    Optional<String> prompt,
    List<MethodSpec> methods,
    String output,
    ModelOptions settings,
    Quantization quantization,
    OptionalInt maxNewTokens) {

  public ExplainOptions {
    images = List.copyOf(images);
    methods = List.copyOf(methods);
    if (images.isEmpty() == frames.isEmpty()) {
      throw new UsageException(
          Wording.of(
              images.isEmpty()
                  ? "There is nothing to explain: give pictures by %s, or a video's frames by %s"
                  : "Pictures by %s and a video by %s are not explained together: give one of them",
              Setting.IMAGE,
              Setting.FRAMES));
    }
    if (frames.isEmpty() && protocol.isPresent()) {
      throw new UsageException(
          Wording.of(
              "%s chooses among frames: give their folder by %s",
              Setting.FRAMES_BY, Setting.FRAMES));
    }
    if (frames.isPresent() && together) {
      throw new UsageException(
          Wording.of("%s are one video already: leave %s out", Setting.FRAMES, Setting.TOGETHER));
    }
    OptionChecks.requirePositive(Setting.MAX_NEW_TOKENS, maxNewTokens);
    OptionChecks.requireDistinct(Setting.METHOD, methods);
  }
}
