package io.prumerge.jobs;

import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.image.ImageAspect;
import io.prumerge.text.ConversationTemplate;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** The options of every command that asks models. */
final class RunFlags {

  @Option(
      names = "--device",
      paramLabel = "auto|cpu|cuda",
      description = "Default auto: the CUDA device that Spark assigned, else the CPU.")
  private DeviceChoice device;

  @Option(
      names = "--dtype",
      paramLabel = "auto|fp32|bf16|fp16",
      description = "Default auto: bf16 where there are units for it, else fp16 or fp32.")
  private DtypeChoice dtype;

  @Option(
      names = "--image-aspect",
      paramLabel = "auto|pad|crop",
      description = "Default auto: what the checkpoint's files say.")
  private ImageAspect imageAspect;

  @Option(
      names = "--conv-mode",
      paramLabel = "NAME",
      description = "Conversation template; default " + ConversationTemplate.DEFAULT + ".")
  private String conversation;

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
        Optional.ofNullable(device),
        Optional.ofNullable(dtype),
        Optional.ofNullable(imageAspect),
        Optional.ofNullable(conversation),
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
