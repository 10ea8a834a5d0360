package io.prumerge.host;

import java.util.Arrays;
import java.util.Optional;

/**
 * This project's settings in Spark's configuration. A test makes {@code conf/settings.md} of them
 * and of what each constant's comment says.
 */
public enum SparkSetting {

  /** Checkpoint folder, or {@code hf:ORG/NAME[@REV]} in each host's cache. */
  MODEL("model", ""),

  /** {@code auto}, {@code cpu} or {@code cuda}. */
  DEVICE("device", "auto"),

  /** {@code auto}, {@code fp32}, {@code bf16} or {@code fp16}. */
  DTYPE("dtype", "auto"),

  /** {@code none} or {@code int8}. */
  QUANTIZE("quantize", "none"),

  /** {@code auto}, {@code pad} or {@code crop}. */
  IMAGE_ASPECT("imageAspect", "auto"),

  /** Conversation template; {@code auto}: the model's own. */
  CONVERSATION("conversation", "auto"),

  /** As {@code --min-pixels}; 0: as the model's files say. */
  MIN_PIXELS("minPixels", "0"),

  /** As {@code --max-pixels}; 0: as the model's files say. */
  MAX_PIXELS("maxPixels", "0"),

  /** As {@code --square}; 0: as the model's files say. */
  SQUARE("square", "0"),

  /** SQL alone: token limit; 0: the checkpoint's own. */
  MAX_NEW_TOKENS("maxNewTokens", "0"),

  /** SQL alone: SHA-256 of the weights; others are refused. */
  MODEL_SHA256("modelSha256", ""),

  /** SQL alone: scripts that a query may name, separated by commas. */
  SCRIPTS("scripts", ""),

  /**
   * SQL alone: CLIP folders and names that a query's methods may name ({@code clip=DIR}, {@code
   * clip=hf:ORG/NAME}), so spelled, separated by commas.
   */
  CLIPS("clips", ""),

  /** A host's folder for copies of remote models. */
  CACHE_DIR("cacheDir", ""),

  /**
   * {@code false}: libtorch's MKL takes its slow kernels on AMD processors. Fixed when a process
   * loads libtorch; see {@code mkl_on_amd} of {@code report/runs}.
   */
  MKL_ON_AMD("mklOnAmd", "true"),

  /**
   * A second copy of the decoder's weights for bf16 on a processor with AVX512-BF16 but no AMX:
   * {@code on}, {@code off}, or {@code auto}, where thrice its memory is free. A process keeps its
   * first value; see {@code packed_weights} of {@code report/runs}.
   */
  PACK_WEIGHTS("packWeights", "auto"),

  /** Time for an endpoint's answer, its queue included. */
  ENDPOINT_TIMEOUT("endpointTimeout", "5m"),

  /** Time without progress after which a device counts as hung. */
  ANSWER_TIMEOUT("answerTimeout", "1h");

  private static final String PREFIX = "spark.prumerge.";

  private final String key;
  private final String defaultValue;

  SparkSetting(String name, String defaultValue) {
    this.key = PREFIX + name;
    this.defaultValue = defaultValue;
  }

  /** Returns the setting with a name after {@code spark.prumerge.}, if there is one. */
  public static Optional<SparkSetting> named(String name) {
    return Arrays.stream(values()).filter(one -> one.key.equals(PREFIX + name)).findFirst();
  }

  /** Returns the name in Spark's configuration. */
  public String key() {
    return key;
  }

  /** Returns the value where none is set; empty if there is none. */
  public String defaultValue() {
    return defaultValue;
  }
}
