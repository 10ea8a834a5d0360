package io.prumerge;

import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.image.ImageAspect;
import io.prumerge.plan.AskedExamples;
import io.prumerge.plan.EndpointOptions;
import io.prumerge.plan.EvaluateOptions;
import io.prumerge.plan.Parallelism;
import io.prumerge.plan.PinnedModel;
import io.prumerge.plan.RunSettings;
import io.prumerge.plan.RunTarget;
import io.prumerge.plan.sweep.SweepFile;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReduceBy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The settings of an {@link Evaluation} that are given so far. */
final class EvaluationSettings {

  final List<PinnedModel> models = new ArrayList<>();
  AskedExamples examples = AskedExamples.in(List.of());
  List<MethodSpec> methods = List.of();
  List<String> contrasts = List.of();
  Optional<SweepFile> sweep = Optional.empty();
  String sweepFile;
  Optional<DeviceChoice> device = Optional.empty();
  Optional<DtypeChoice> dtype = Optional.empty();
  Optional<ImageAspect> imageAspect = Optional.empty();
  Optional<String> conversation = Optional.empty();
  Optional<ReduceBy> reduceBy = Optional.empty();
  OptionalLong limit = OptionalLong.empty();
  OptionalInt maxNewTokens = OptionalInt.empty();
  OptionalDouble maxErrorRate = OptionalDouble.empty();
  OptionalInt chunks = OptionalInt.empty();
  OptionalInt partitions = OptionalInt.empty();
  Optional<String> answerCache = Optional.empty();
  OptionalInt endpointRequests = OptionalInt.empty();
  Optional<String> endpointVersion = Optional.empty();
  String output;
  RunTarget.Start start = RunTarget.Start.FRESH;
  boolean allowCodeChange;
  Optional<String> tables = Optional.empty();

  /**
   * Checks where the run goes.
   *
   * @throws UsageException if the output is missing or a setting does not fit
   */
  RunTarget target() {
    String folder = OptionChecks.required(Setting.OUTPUT, output);
    if (allowCodeChange && start == RunTarget.Start.FRESH) {
      throw new UsageException(
          Wording.of(
              "%s requires %s or %s",
              Setting.ALLOW_CODE_CHANGE, Setting.RESUME, Setting.TAKE_OVER));
    }
    return new RunTarget(folder, start, allowCodeChange, tables);
  }

  /**
   * Checks what the run asks, and takes missing settings from the sweep file.
   *
   * @throws UsageException if a setting is missing or wrong
   */
  EvaluateOptions options() {
    RunSettings given =
        new RunSettings(
            device, dtype, imageAspect, conversation, reduceBy, limit, maxNewTokens, maxErrorRate);
    boolean noExamples = examples.folders().isEmpty() && examples.rows().isEmpty();
    return new EvaluateOptions(
        given("models", Setting.MODEL, models, sweep.map(SweepFile::models)),
        noExamples
            ? AskedExamples.in(
                given("examples", Setting.EXAMPLES, List.of(), sweep.map(SweepFile::examples)))
            : examples,
        given("methods", Setting.METHOD, methods, sweep.map(SweepFile::methods)),
        contrasts,
        sweep.map(file -> given.over(file.settings())).orElse(given),
        new Parallelism(chunks, partitions, answerCache),
        new EndpointOptions(endpointRequests.orElse(EndpointOptions.REQUESTS), endpointVersion));
  }

  private <T> List<T> given(String key, Setting setting, List<T> here, Optional<List<T>> inFile) {
    List<T> given = here.isEmpty() ? inFile.orElse(List.of()) : here;
    if (given.isEmpty() && inFile.isPresent()) {
      throw new UsageException(
          Wording.of("%s names no %s; add them, or set %s", sweepFile, key, setting));
    }
    return OptionChecks.requireSome(setting, given);
  }
}
