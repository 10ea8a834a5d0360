package io.prumerge.jobs;

import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.image.ImageAspect;
import io.prumerge.reduction.MethodSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What {@code evaluate} and {@code sweep} are asked for: every model all questions under every
 * method.
 *
 * @param models checkpoint folders, and which weights they must have
 * @param examples tables that {@code prepare} wrote
 * @param settings how models are asked; what is not said is the default
 */
record EvaluateOptions(
    List<PinnedModel> models,
    List<String> examples,
    List<MethodSpec> methods,
    RunSettings settings,
    Dealing dealing) {

  EvaluateOptions {
    models = List.copyOf(models);
    examples = List.copyOf(examples);
    methods = List.copyOf(methods);
    settings = settings.over(RunSettings.DEFAULTS);
    PrepareOptions.requirePositive("--limit", settings.limit());
    PrepareOptions.requirePositive("--max-new-tokens", settings.maxNewTokens());
    double rate = settings.maxErrorRate().getAsDouble();
    if (!(rate >= 0 && rate <= 1)) {
      throw new UsageException("--max-error-rate must lie in 0..1, it is " + rate);
    }
    if (dealing.answerCache().isPresent()
        && (settings.device().equals(Optional.of(DeviceChoice.AUTO))
            || settings.dtype().equals(Optional.of(DtypeChoice.AUTO)))) {
      throw new UsageException(
          "--answer-cache needs --device cpu or cuda and --dtype fp32, bf16 or fp16: what auto means is up to each executor, and answers depend on it");
    }
    requireDistinct("--method", methods);
    requireDistinct("--model", models.stream().map(PinnedModel::folder).toList());
  }

  static void requireDistinct(String option, List<?> values) {
    if (values.stream().distinct().count() < values.size()) {
      throw new UsageException(
          "A %s is given twice (or in two spellings): %s".formatted(option, values));
    }
  }

  DeviceChoice device() {
    return settings.device().orElseThrow();
  }

  DtypeChoice dtype() {
    return settings.dtype().orElseThrow();
  }

  ImageAspect imageAspect() {
    return settings.imageAspect().orElseThrow();
  }

  String conversation() {
    return settings.conversation().orElseThrow();
  }

  OptionalLong limit() {
    return settings.limit();
  }

  OptionalInt maxNewTokens() {
    return settings.maxNewTokens();
  }

  double maxErrorRate() {
    return settings.maxErrorRate().getAsDouble();
  }
}
