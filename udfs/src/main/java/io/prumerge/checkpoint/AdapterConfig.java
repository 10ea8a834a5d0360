package io.prumerge.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.config.Require;
import io.prumerge.config.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
}
