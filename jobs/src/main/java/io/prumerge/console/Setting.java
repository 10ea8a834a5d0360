package io.prumerge.console;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The settings of jobs, as error messages name them: {@code maxErrorRate} in code, {@code
 * --max-error-rate} on the command line.
 */
public enum Setting {
  ALLOW_CODE_CHANGE,
  ANSWERS,
  ANSWERS_FORM,
  ANSWER_BY,
  ANSWER_CACHE,
  AS,
  AT,
  BASELINE,
  BENCHMARK,
  BURSTINESS,
  CARDS,
  CHECKPOINT_STEPS,
  CHUNKS,
  CONTRAST,
  CONV_MODE,
  COOLDOWN,
  COUNT,
  CSV,
  DATA,
  DEVICE,
  DEVICES,
  DRAIN,
  DRY_RUN,
  DTYPE,
  ENDPOINT_REQUESTS,
  ENDPOINT_VERSION,
  EXAMPLES,
  EXAMPLES_CACHE,
  EXPORT,
  EXPORT_FORM,
  FRAMES,
  FRAMES_BY,
  GOODPUT,
  HARDWARE,
  HARDWARE_FILE,
  IMAGE,
  IMAGES,
  IMAGE_ASPECT,
  JSON,
  JUDGE,
  JUDGE_MODEL,
  JUDGE_PROMPT,
  KEEP_TOKENS_GB,
  LATEX,
  LIKE,
  LIMIT,
  MAX_CONCURRENCY,
  MAX_ERROR_RATE,
  MAX_NEW_TOKENS,
  MAX_PIXELS,
  METHOD,
  MIN_PIXELS,
  MLFLOW,
  MLFLOW_EXPERIMENT,
  MODEL,
  MROPE,
  MODEL_SHA256,
  OUTPUT,
  PARTIAL,
  PARTITIONS,
  PROBE,
  PROFILE,
  PROMPT,
  PROMPTS,
  PUBLISHED,
  QUANTIZE,
  QUESTIONS_PER_PICTURE,
  REDUCE_BY,
  REPEAT,
  REPLICATES,
  REQUEST_RATE,
  RESUME,
  RETRY_ERRORS,
  RUN {
    /** {@inheritDoc} It stands without a flag: {@code view RUN}. */
    @Override
    public String flag() {
      return name();
    }
  },
  RUNS,
  SEED,
  SHARE,
  SKIP_BROKEN,
  SOURCE,
  SOURCE_FPS,
  SPLIT,
  SQUARE,
  SWEEP,
  SWEEP_RATES,
  TABLES,
  TAKE_OVER,
  TIMING,
  TIMING_BATCH,
  TOGETHER,
  TOKENS_BY,
  VIDEO_AS,
  VISUAL_TOKENS,
  WARMUP;

  private final String code;

  Setting() {
    code = inCode(name());
  }

  /** Returns the name in code of what a file has under a key, such as {@code max_error_rate}. */
  public static String inCode(String key) {
    String words =
        Arrays.stream(key.toLowerCase(Locale.ROOT).split("_"))
            .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
            .collect(Collectors.joining());
    return words.substring(0, 1).toLowerCase(Locale.ROOT) + words.substring(1);
  }

  /** Returns the command-line option, with its two dashes. */
  public String flag() {
    return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the name in code. */
  @Override
  public String toString() {
    return code;
  }
}
