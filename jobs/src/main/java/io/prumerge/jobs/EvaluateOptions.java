package io.prumerge.jobs;

import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.image.ImageAspect;
import io.prumerge.reduction.MethodSpec;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What {@code evaluate} is asked for.
 *
 * @param limit at least so many questions per benchmark, images kept whole
 * @param maxNewTokens for every question, in place of the benchmark's own
 * @param maxErrorRate share of error rows above which the run fails
 * @param chunks how many parts the run is committed in; empty = by the number of images
 * @param partitions tasks per chunk; empty = by the task slots
 * @param start what is expected of the output folder
 */
record EvaluateOptions(
    String model,
    List<String> examples,
    List<MethodSpec> methods,
    String output,
    DeviceChoice device,
    DtypeChoice dtype,
    ImageAspect imageAspect,
    String conversation,
    OptionalLong limit,
    OptionalInt maxNewTokens,
    double maxErrorRate,
    OptionalInt chunks,
    OptionalInt partitions,
    Start start) {

  /** How a run begins. */
  enum Start {
    /** In a folder of its own. */
    FRESH,
    /** Going on with what an earlier attempt committed. */
    RESUME
  }

  EvaluateOptions {
    examples = List.copyOf(examples);
    methods = List.copyOf(methods);
    PrepareOptions.requirePositive("--limit", limit);
    requirePositive("--max-new-tokens", maxNewTokens);
    requirePositive("--chunks", chunks);
    requirePositive("--partitions", partitions);
    if (!(maxErrorRate >= 0 && maxErrorRate <= 1)) {
      throw new UsageException("--max-error-rate must lie in 0..1, it is " + maxErrorRate);
    }
    requireDistinct(methods);
  }

  static void requireDistinct(List<MethodSpec> methods) {
    if (methods.stream().distinct().count() < methods.size()) {
      throw new UsageException("A --method is given twice (or in two spellings): " + methods);
    }
  }

  static void requirePositive(String option, OptionalInt value) {
    PrepareOptions.requirePositive(
        option, value.isPresent() ? OptionalLong.of(value.getAsInt()) : OptionalLong.empty());
  }
}
