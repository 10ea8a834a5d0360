package io.prumerge.jobs;

import io.prumerge.Evaluation;
import java.util.Optional;
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

  /** Tells what was given. */
  void give(Evaluation evaluation) {
    model.device().ifPresent(device -> evaluation.device(device.name()));
    model.dtype().ifPresent(dtype -> evaluation.dtype(dtype.name()));
    model.imageAspect().ifPresent(aspect -> evaluation.imageAspect(aspect.name()));
    model.conversation().ifPresent(evaluation::conversation);
    Optional.ofNullable(limit).ifPresent(evaluation::limit);
    Optional.ofNullable(maxNewTokens).ifPresent(evaluation::maxNewTokens);
    Optional.ofNullable(maxErrorRate).ifPresent(evaluation::maxErrorRate);
    Optional.ofNullable(chunks).ifPresent(evaluation::chunks);
    Optional.ofNullable(partitions).ifPresent(evaluation::partitions);
    Optional.ofNullable(answerCache).ifPresent(evaluation::answerCache);
  }
}
