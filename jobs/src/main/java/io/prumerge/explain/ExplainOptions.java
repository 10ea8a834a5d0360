package io.prumerge.explain;

import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.plan.ModelOptions;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.torch.Quantization;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The options of {@code explain}.
 *
 * @param together whether the images are in one prompt, instead of one after the other
 * @param prompt the question about every image, or about all together, under every method
 * @param quantization of the decoder's products
 * @param maxNewTokens overrides the checkpoint's own
 */
public record ExplainOptions(
    String model,
    List<String> images,
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
    OptionChecks.requirePositive(Setting.MAX_NEW_TOKENS, maxNewTokens);
    OptionChecks.requireDistinct(Setting.METHOD, methods);
  }
}
