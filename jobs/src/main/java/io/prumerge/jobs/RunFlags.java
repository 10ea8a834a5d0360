package io.prumerge.jobs;

import io.prumerge.Evaluation;
import io.prumerge.reduction.ReduceBy;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of every command that asks models. */
final class RunFlags {

  @Mixin private ModelFlags model;

  @Option(
      names = "--reduce-by",
      paramLabel = "each|first",
      description =
          "Question that methods look at: each its own (default), or the image's first one, whose kept tokens all its questions share. Changes nothing for methods that do not look at questions.")
  private ReduceBy reduceBy;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Token budget of every answer, in place of each benchmark's own.")
  private Integer maxNewTokens;

  @Option(
      names = "--max-error-rate",
      paramLabel = "SHARE",
      description = "Fail if a larger share of answers are errors; default 0.01.")
  private Double maxErrorRate;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "Stop after N questions per benchmark, or slightly more: an image keeps all its questions.")
  private Long limit;

  @Option(
      names = "--chunks",
      paramLabel = "N",
      description =
          "Number of parts that are committed one by one, for --resume; default: by the number of images.")
  private Integer chunks;

  @Option(names = "--partitions", paramLabel = "N", description = "Tasks per chunk.")
  private Integer partitions;

  @Option(
      names = "--answer-cache",
      paramLabel = "DIR",
      description =
          "Reuse answers of other runs in this folder and add new ones; requires --device and --dtype other than auto.")
  private String answerCache;

  @Option(
      names = "--endpoint-requests",
      paramLabel = "N",
      description = "Requests under way at an endpoint at most, over all executors; default 8.")
  private Integer endpointRequests;

  @Option(
      names = "--endpoint-version",
      paramLabel = "TEXT",
      description =
          "Label of what the endpoints serve; required with --answer-cache, which reuses answers under the same label only.")
  private String endpointVersion;

  /** Applies the given options. */
  void give(Evaluation evaluation) {
    model.device().ifPresent(device -> evaluation.device(device.name()));
    model.dtype().ifPresent(dtype -> evaluation.dtype(dtype.name()));
    model.imageAspect().ifPresent(aspect -> evaluation.imageAspect(aspect.name()));
    model.conversation().ifPresent(evaluation::conversation);
    Optional.ofNullable(reduceBy).ifPresent(by -> evaluation.reduceBy(by.name()));
    Optional.ofNullable(limit).ifPresent(evaluation::limit);
    Optional.ofNullable(maxNewTokens).ifPresent(evaluation::maxNewTokens);
    Optional.ofNullable(maxErrorRate).ifPresent(evaluation::maxErrorRate);
    Optional.ofNullable(chunks).ifPresent(evaluation::chunks);
    Optional.ofNullable(partitions).ifPresent(evaluation::partitions);
    Optional.ofNullable(answerCache).ifPresent(evaluation::answerCache);
    Optional.ofNullable(endpointRequests).ifPresent(evaluation::endpointRequests);
    Optional.ofNullable(endpointVersion).ifPresent(evaluation::endpointVersion);
  }
}
