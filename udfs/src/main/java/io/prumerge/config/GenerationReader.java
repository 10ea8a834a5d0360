package io.prumerge.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Reads a checkpoint's decoding settings from {@code generation_config.json}. Without that file,
 * reads them from {@code config.json}, where the top level takes precedence over text_config
 * (transformers 4.57.1, GenerationConfig.from_model_config).
 *
 * <p>Decoding here is greedy, so do_sample and settings that only affect sampling (temperature,
 * top_k, top_p, ...) are not read; the evaluation scripts override them too. A setting that would
 * change a greedy answer and is not implemented is refused rather than dropped.
 */
public final class GenerationReader {

  /** The file of these settings. */
  public static final String FILE = "generation_config.json";

  /** Settings that change greedy answers, with the one value that does not. */
  private static final Map<String, Double> NEUTRAL_NUMBERS =
      new TreeMap<>(
          Map.of(
              "num_beams", 1.0,
              "num_beam_groups", 1.0,
              "encoder_repetition_penalty", 1.0,
              "no_repeat_ngram_size", 0.0,
              "encoder_no_repeat_ngram_size", 0.0,
              "guidance_scale", 1.0,
              "penalty_alpha", 0.0));

  /** Settings that change greedy answers unless they are absent or empty. */
  private static final List<String> NEUTRAL_WHEN_EMPTY =
      List.of(
          "bad_words_ids",
          "begin_suppress_tokens",
          "constraints",
          "dola_layers",
          "exponential_decay_length_penalty",
          "force_words_ids",
          "forced_bos_token_id",
          "forced_decoder_ids",
          "forced_eos_token_id",
          "sequence_bias",
          "stop_strings",
          "suppress_tokens",
          "watermarking_config");

  private GenerationReader() {}

  /**
   * Returns the generation settings of a folder's file; without one, those of config.json.
   *
   * @param text the decoder's settings
   */
  public static GenerationDefaults stated(Path folder, Settings config, Settings text) {
    Path file = folder.resolve(FILE);
    if (Files.exists(file)) {
      return read(List.of(JsonFile.read(file)), List.of());
    }
    return read(List.of(config, text), DecoderReader.ends(text));
  }

  /**
   * Returns the generation settings, each from the first of these files that states it.
   *
   * @param defaultEos the end-of-sequence tokens where none does
   * @throws CheckpointException if a setting would change a greedy answer
   */
  public static GenerationDefaults read(List<Settings> sources, List<Integer> defaultEos) {
    sources.forEach(GenerationReader::refuseWhatChangesGreedy);
    Optional<List<Integer>> eos =
        sources.stream().flatMap(source -> source.integers("eos_token_id").stream()).findFirst();
    return new GenerationDefaults(
        eos.orElse(defaultEos),
        integer(sources, "pad_token_id").orElse(-1),
        integer(sources, "max_new_tokens"),
        integer(sources, "max_length").orElse(GenerationDefaults.LIBRARY_MAX_LENGTH),
        integer(sources, "min_new_tokens"),
        integer(sources, "min_length").orElse(0),
        sources.stream()
            .flatMapToDouble(source -> source.decimal("repetition_penalty").stream())
            .findFirst()
            .orElse(1));
  }

  private static OptionalInt integer(List<Settings> sources, String key) {
    return sources.stream().flatMapToInt(source -> source.integer(key).stream()).findFirst();
  }

  private static void refuseWhatChangesGreedy(Settings source) {
    NEUTRAL_NUMBERS.forEach(
        (key, neutral) -> {
          double value = source.decimal(key, neutral);
          if (value != neutral) {
            throw source.error(
                key,
                "is "
                    + source.value(key).orElseThrow()
                    + ", which is not implemented; set it to "
                    + BigDecimal.valueOf(neutral).stripTrailingZeros().toPlainString());
          }
        });
    for (String key : NEUTRAL_WHEN_EMPTY) {
      Optional<JsonNode> value = source.value(key);
      if (value.isPresent() && !(value.get().isContainerNode() && value.get().isEmpty())) {
        throw source.error(key, "is " + value.get() + ", which is not implemented; remove it");
      }
    }
  }
}
