package io.prumerge.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.Require;
import io.prumerge.config.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The settings of a LoRA adapter that its weights depend on. Source: peft 0.21.2, {@code
 * peft/tuners/lora/config.py}, {@code layer.py} (update_layer), {@code utils/other.py}
 * (get_pattern_key).
 *
 * <p>{@code fan_in_fan_out} is not read: peft sets it to false for linear layers, and all of
 * LLaVA's are ({@code dispatch_default}).
 *
 * @param rank of modules without an entry in {@code ranks}
 * @param alpha of modules without an entry in {@code alphas}
 * @param rootScale whether the scale is alpha / sqrt(rank) instead of alpha / rank
 * @param ranks by pattern, in the file's order; the first that matches counts
 * @param alphas likewise
 */
record AdapterConfig(
    int rank, double alpha, boolean rootScale, ModulePatterns ranks, ModulePatterns alphas) {

  /** Settings that change what an adapter means, and are not implemented. */
  private static final List<String> REFUSED =
      List.of(
          "use_dora",
          "lora_bias",
          "use_qalora",
          "use_bdlora",
          "alora_invocation_tokens",
          "arrow_config",
          "kasa_config",
          "layer_replication",
          "megatron_config",
          "monteclora_config",
          "target_parameters",
          "trainable_token_indices");

  /** Ways to begin that leave the base's weights as they are. */
  private static final Set<String> PLAIN_STARTS = Set.of("gaussian", "eva", "orthogonal");

  AdapterConfig {
    Require.positive("adapter_config.json: r", rank);
  }

  static AdapterConfig read(Settings config) {
    String kind = config.text("peft_type", "LORA");
    if (!kind.equals("LORA")) {
      throw config.error("peft_type", "'" + kind + "' is not supported; known: LORA");
    }
    for (String key : REFUSED) {
      config
          .value(key)
          .filter(value -> !isOff(value))
          .ifPresent(
              value -> {
                throw config.error(key, "is " + value + ", which is not supported");
              });
    }
    config
        .value("init_lora_weights")
        .filter(start -> start.isTextual() && !PLAIN_STARTS.contains(start.textValue()))
        .ifPresent(
            start -> {
              throw config.error(
                  "init_lora_weights",
                  "is " + start + ", which changes the base's weights; convert it with peft");
            });
    return new AdapterConfig(
        config.integer("r", 8),
        config.decimal("lora_alpha", 8),
        config.flag("use_rslora", false),
        patterns(config, "rank_pattern"),
        patterns(config, "alpha_pattern"));
  }

  private static boolean isOff(JsonNode value) {
    return value.isBoolean() && !value.booleanValue() || value.isContainerNode() && value.isEmpty();
  }

  private static ModulePatterns patterns(Settings config, String key) {
    Map<String, Double> values = new LinkedHashMap<>();
    config
        .object(key)
        .ifPresent(
            object ->
                object
                    .json()
                    .fieldNames()
                    .forEachRemaining(
                        pattern -> values.put(pattern, object.neededDecimal(pattern))));
    return new ModulePatterns(config.file() + ": " + key, values);
  }

  /**
   * The rank of a module.
   *
   * @param module its name in the model that was trained, as in {@code
   *     model.layers.0.self_attn.q_proj}
   */
  int rank(String module) {
    return (int) ranks.of(module, rank);
  }

  /** The factor of a module's product. */
  double scale(String module) {
    int r = rank(module);
    return alphas.of(module, alpha) / (rootScale ? Math.sqrt(r) : r);
  }

  /**
   * Values by a regular expression over the names of modules; the first that matches a whole name,
   * or the end of one behind a dot, counts. Source: peft 0.21.2, {@code utils/other.py},
   * get_pattern_key.
   */
  private static final class ModulePatterns {

    /** Python's own syntax is larger; adapters use names, dots, digits and alternatives. */
    private static final Pattern KNOWN = Pattern.compile("[\\w.\\\\^$|()*+?\\[\\]-]{0,1000}");

    private static final int MOST_STEPS = 1_000_000;

    private final String where;
    private final Map<String, Double> values;

    /**
     * @param where file and key, for errors
     * @param values by pattern, in order
     */
    ModulePatterns(String where, Map<String, Double> values) {
      this.where = where;
      this.values = values;
    }

    double of(String module, double otherwise) {
      for (Map.Entry<String, Double> entry : values.entrySet()) {
        if (matches(entry.getKey(), module)) {
          return entry.getValue();
        }
      }
      return otherwise;
    }

    private boolean matches(String pattern, String module) {
      if (!KNOWN.matcher(pattern).matches()) {
        throw refused(pattern, "has characters that are not supported", null);
      }
      try {
        return Pattern.compile("(.*\\.)?(" + pattern + ")")
            .matcher(new Watched(module, new int[1]))
            .matches();
      } catch (PatternSyntaxException e) {
        throw refused(pattern, "is no regular expression: " + e.getDescription(), e);
      } catch (IllegalStateException e) {
        throw refused(pattern, e.getMessage(), e);
      }
    }

    private CheckpointException refused(String pattern, String problem, Throwable cause) {
      return new CheckpointException(where + ": '" + pattern + "' " + problem, cause);
    }

    /** A text that ends a match which goes back and forth without end. */
    private record Watched(String text, int[] steps) implements CharSequence {

      @Override
      public char charAt(int index) {
        if (steps[0]++ > MOST_STEPS) {
          throw new IllegalStateException("takes too long to match");
        }
        return text.charAt(index);
      }

      @Override
      public int length() {
        return text.length();
      }

      @Override
      public CharSequence subSequence(int start, int end) {
        return new Watched(text.substring(start, end), steps);
      }

      @Override
      public String toString() {
        return text;
      }
    }
  }
}
