package io.prumerge.jobs;

import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.image.ImageAspect;
import io.prumerge.reduction.MethodSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What {@code explain} is asked for.
 *
 * @param prompt asked about every image under every method
 * @param maxNewTokens in place of the checkpoint's own
 */
record ExplainOptions(
    String model,
    List<String> images,
    Optional<String> prompt,
    List<MethodSpec> methods,
    String output,
    DeviceChoice device,
    DtypeChoice dtype,
    ImageAspect imageAspect,
    String conversation,
    OptionalInt maxNewTokens) {

  ExplainOptions {
    images = List.copyOf(images);
    methods = List.copyOf(methods);
    PrepareOptions.requirePositive("--max-new-tokens", maxNewTokens);
    EvaluateOptions.requireDistinct("--method", methods);
  }
}
