package io.prumerge.plan;

import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
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
 * @param contrasts what the report is to compare, as {@code A:B}
 * @param settings how models are asked; what is not said is the default
 */
public record EvaluateOptions(
    List<PinnedModel> models,
    AskedExamples examples,
    List<MethodSpec> methods,
    List<String> contrasts,
    RunSettings settings,
    Parallelism dealing) {

  public EvaluateOptions {
    models = List.copyOf(models);
    methods = List.copyOf(methods);
    contrasts = List.copyOf(contrasts);
    settings = settings.over(RunSettings.DEFAULTS);
    OptionChecks.requirePositive(Setting.LIMIT, settings.limit());
    OptionChecks.requirePositive(Setting.MAX_NEW_TOKENS, settings.maxNewTokens());
    double rate = settings.maxErrorRate().getAsDouble();
    if (!(rate >= 0 && rate <= 1)) {
      throw new UsageException(
          Wording.of("%s must lie in 0..1, it is %s", Setting.MAX_ERROR_RATE, rate));
    }
    if (dealing.answerCache().isPresent()
        && (settings.device().equals(Optional.of(DeviceChoice.AUTO))
            || settings.dtype().equals(Optional.of(DtypeChoice.AUTO)))) {
      throw new UsageException(
          Wording.of(
              "%s needs %s cpu or cuda and %s fp32, bf16 or fp16: what auto means is up to each executor, and answers depend on it",
              Setting.ANSWER_CACHE, Setting.DEVICE, Setting.DTYPE));
    }
    OptionChecks.requireDistinct(Setting.METHOD, methods);
    OptionChecks.requireDistinct(Setting.MODEL, models.stream().map(PinnedModel::folder).toList());
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

  public double maxErrorRate() {
    return settings.maxErrorRate().getAsDouble();
  }
}
