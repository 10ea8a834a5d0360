package io.prumerge.jobs;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that asks models. */
final class RunFlags {

  @Mixin private ModelFlags model;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "In place of each benchmark's own.")
  private Integer maxNewTokens;

  @Option(
      names = "--max-error-rate",
      paramLabel = "SHARE",
      description = "Fail above this share of errors; default 0.01.")
  private Double maxErrorRate;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At least N questions per benchmark, images kept whole.")
  private Long limit;

  @Option(
      names = "--chunks",
      paramLabel = "N",
      description = "Parts that are committed one by one, for --resume.")
  private Integer chunks;

  @Option(names = "--partitions", paramLabel = "N", description = "Tasks per chunk.")
  private Integer partitions;

  @Option(
      names = "--answer-cache",
      paramLabel = "DIR",
      description =
          "Take answers that other runs left there, and leave new ones; needs --device and --dtype by name.")
  private String answerCache;

  /** What was given. */
  RunSettings settings() {
    return new RunSettings(
        model.device(),
        model.dtype(),
        model.imageAspect(),
        model.conversation(),
        limit == null ? OptionalLong.empty() : OptionalLong.of(limit),
        optional(maxNewTokens),
        maxErrorRate == null ? OptionalDouble.empty() : OptionalDouble.of(maxErrorRate));
  }

  /** How the work is dealt out, which no result depends on. */
  Dealing dealing() {
    return new Dealing(optional(chunks), optional(partitions), Optional.ofNullable(answerCache));
  }

  private static OptionalInt optional(Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }
}
