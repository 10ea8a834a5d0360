package io.prumerge.plan;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.endpoint.VideoAs;
import io.prumerge.engine.Timing;
import io.prumerge.reduction.ReduceBy;
import io.prumerge.report.RunAnswers;
import io.prumerge.torch.Quantization;
import io.prumerge.video.FrameRuleNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/**
 * The values of {@link RunOptions} that are given, as {@link ModelSettings} says. Sweep files have
 * keys for the Jackson properties.
 */
public class RunSettings extends ModelSettings {

  /** Requests under way if nothing is said: few enough for a service with a rate limit. */
  private static final int REQUESTS = 8;

  /** What help says of a file of published figures. */
  public static final String PUBLISHED =
      "CSV, TSV or YAML of published figures, which the report puts beside its own, with the"
          + " differences.";

  @Option(
      names = "--quantize",
      arity = "1..*",
      paramLabel = "none|int8",
      description =
          "Weight precision of the decoder's layers; several stand for as many models. Default"
              + " none: that of --dtype. int8, activations too: on processors with VNNI.")
  @JsonProperty
  public List<Quantization> quantize;

  @Option(
      names = "--reduce-by",
      paramLabel = "each|first",
      description =
          "Question that methods look at: each its own (default), or the image's first one, whose"
              + " kept tokens all its questions share. Changes nothing for methods that do not look"
              + " at questions.")
  @JsonProperty
  public ReduceBy reduceBy;

  @Option(
      names = "--answer-by",
      paramLabel = "text|letter-logits",
      description =
          "How questions with lettered options are answered: by generated text (default), or by the"
              + " letter whose token has the highest logit after the prompt, without generating."
              + " Other questions are answered by text.")
  @JsonProperty
  public AnswerBy answerBy;

  @Option(
      names = "--timing",
      paramLabel = "shared|alone",
      description =
          "How answers are timed: while what several of them need runs once (default), or one"
              + " question under one method at a time, in one lane, after a warm-up.")
  @JsonProperty
  public Timing timing;

  @Option(
      names = "--timing-batch",
      paramLabel = "N",
      description = "Images at a time with --timing alone; default 1.")
  public Integer timingBatch;

  @Option(
      names = "--frames-by",
      arity = "1..*",
      paramLabel = "RULE",
      completionCandidates = FrameRuleNames.class,
      description =
          "How the frames of videos are chosen, by rules that prepare was given: ${COMPLETION-CANDIDATES}."
              + " Each rule with each number of --frames is a run of each model. Default: all that the"
              + " examples have.")
  @JsonProperty("frames_by")
  public List<String> framesBy;

  @Option(
      names = "--frames",
      arity = "1..*",
      paramLabel = "N|Rfps",
      description =
          "Number of frames that are chosen of a video, or how many a second; as --frames-by.")
  public List<String> frames;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Token budget of every answer, in place of each benchmark's own.")
  public Integer maxNewTokens;

  @Option(
      names = "--max-error-rate",
      paramLabel = "SHARE",
      description =
          "Fail if a larger share of answers are errors; default " + RunAnswers.MOST_ERRORS + ".")
  @JsonProperty
  public Double maxErrorRate;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "Stop after N questions per benchmark, or slightly more: an image keeps all its questions, and a unit that is scored as one, such as a pair of MME, all its images.")
  @JsonProperty
  public Long limit;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      description =
          "Ask all questions N times more, in other orders and batches, to see how many answers and"
              + " how far figures change by that alone.")
  public Integer repeat;

  @Option(
      names = "--chunks",
      paramLabel = "N",
      description =
          "Number of parts that are committed one by one, for --resume; default: by the number of"
              + " images, or of videos' frames.")
  public Integer chunks;

  @Option(names = "--partitions", paramLabel = "N", description = "Tasks per chunk.")
  public Integer partitions;

  @Option(
      names = "--answer-cache",
      paramLabel = "DIR",
      description =
          "Reuse answers of other runs in this folder and add new ones; requires --device and"
              + " --dtype other than auto.")
  public String answerCache;

  @Option(
      names = "--endpoint-requests",
      paramLabel = "N",
      description =
          "Requests under way at an endpoint at most, over all executors; default "
              + REQUESTS
              + ".")
  public Integer endpointRequests;

  @Option(
      names = "--endpoint-version",
      paramLabel = "TEXT",
      description =
          "Label of what the endpoints serve; required with --answer-cache, which reuses answers"
              + " under the same label only.")
  public String endpointVersion;

  @Option(
      names = "--video-as",
      paramLabel = "pictures|frames",
      description =
          "How a model behind an endpoint is sent a video: each frame as a picture (default), or all"
              + " as one video of JPEG frames, which vLLM reads.")
  @JsonProperty
  public VideoAs videoAs;

  @Option(
      names = "--as",
      arity = "1..*",
      paramLabel = "LABEL=MODEL",
      description =
          "Other servers of the first model, which is behind an endpoint: LABEL=openai:URL#NAME."
              + " Their answers are that model's under the method LABEL (a-z, 0-9 and -).")
  @JsonProperty
  public List<String> as;

  @Option(names = "--published", paramLabel = "FILE", description = PUBLISHED)
  @JsonProperty
  public String published;

  /** Returns the ways to quantize each model that are given here, in {@code file} or by default. */
  public final List<Quantization> quantizations(RunSettings file) {
    List<Quantization> ways =
        first(quantize, file.quantize, List.of(RunSetting.QUANTIZE.otherwise()));
    OptionChecks.requireDistinct(Setting.QUANTIZE, ways);
    return OptionChecks.requireSome(Setting.QUANTIZE, ways);
  }

  /** Takes a file's number, which may be beyond an int. */
  @JsonSetter("max_new_tokens")
  private void readMaxNewTokens(long tokens) {
    CountSetting.MAX_NEW_TOKENS.requireInFile(tokens);
    maxNewTokens = (int) tokens;
  }

  /** Takes a file's number, which may be beyond an int. */
  @JsonSetter("timing_batch")
  private void readTimingBatch(long images) {
    CountSetting.TIMING_BATCH.requireInFile(images);
    timingBatch = (int) images;
  }

  /** Takes a file's number, which may be beyond an int. */
  @JsonSetter("repeat")
  private void readRepeat(long times) {
    CountSetting.REPEAT.requireInFile(times);
    repeat = (int) times;
  }

  /** Takes a file's numbers, and texts such as {@code 2fps}. */
  @JsonSetter("frames")
  private void readFrames(List<JsonNode> numbers) {
    frames = new ArrayList<>();
    for (JsonNode number : numbers) {
      if (!number.isIntegralNumber() && !number.isTextual()) {
        throw new IllegalArgumentException(
            "frames must be whole numbers, or texts such as 2fps, but has " + number);
      }
      frames.add(number.asText());
    }
  }

  /**
   * Returns the options: given here, else in {@code file}, else by default.
   *
   * @throws UsageException if a setting is out of range
   */
  public final RunOptions over(RunSettings file) {
    Long most = first(limit, file.limit, null);
    return new RunOptions(
        modelOver(file),
        new QuestionOptions(
            first(reduceBy, file.reduceBy, RunSetting.REDUCE_BY.otherwise()),
            first(answerBy, file.answerBy, RunSetting.ANSWER_BY.otherwise()),
            most == null ? OptionalLong.empty() : OptionalLong.of(most),
            optional(first(maxNewTokens, file.maxNewTokens, null)),
            askedFrames(file)),
        first(maxErrorRate, file.maxErrorRate, RunAnswers.MOST_ERRORS),
        new Parallelism(optional(chunks), optional(partitions), Optional.ofNullable(answerCache)),
        new EndpointOptions(
            first(endpointRequests, null, REQUESTS),
            Optional.ofNullable(endpointVersion),
            first(videoAs, file.videoAs, RunSetting.VIDEO_AS.otherwise()),
            servers(first(as, file.as, List.of()))),
        new TimingOptions(
            first(timing, file.timing, RunSetting.TIMING.otherwise()),
            first(timingBatch, file.timingBatch, RunSetting.TIMING_BATCH.otherwise())),
        Optional.ofNullable(first(published, file.published, null)),
        optional(first(repeat, file.repeat, null)));
  }

  /** Returns the protocols of frames that are given here, in {@code file} or by default. */
  public final AskedFrames askedFrames(RunSettings file) {
    return new AskedFrames(
        first(framesBy, file.framesBy, List.of()), first(frames, file.frames, List.of()));
  }

  private static List<PairedServer> servers(List<String> texts) {
    return OptionChecks.read(
        Setting.AS, texts, all -> all.stream().map(PairedServer::parse).toList());
  }

  /** Returns the options that are given here, with defaults for the others. */
  public final RunOptions options() {
    return over(new RunSettings());
  }

  /**
   * Checks the values of a file.
   *
   * @throws IllegalArgumentException with the key of a value that is out of range
   */
  protected final void requireInFile() {
    if (limit != null) {
      CountSetting.LIMIT.requireInFile(limit);
    }
    if (as != null) {
      as.forEach(PairedServer::parse);
    }
    if (maxErrorRate != null && !RunOptions.isShare(maxErrorRate)) {
      throw new IllegalArgumentException(
          "max_error_rate must be a number from 0 to 1 but is " + maxErrorRate);
    }
  }

  private static OptionalInt optional(Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }
}
