package io.prumerge.model;

import io.prumerge.checkpoint.LlavaConfig;
import io.prumerge.checkpoint.TextConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * The order in which {@code llava.torchscript} expects the weights, by their names in the
 * checkpoint. All Linear weights are [out, in].
 */
final class WeightNames {

  private static final String VISION = "vision_tower.vision_model.";
  private static final String LANGUAGE = "language_model.model.";

  private WeightNames() {}

  /** Embeddings, then 16 tensors for each of the first {@code depth} layers. */
  static List<String> tower(int depth) {
    List<String> names =
        new ArrayList<>(
            List.of(
                VISION + "embeddings.class_embedding", // [C]
                VISION + "embeddings.patch_embedding.weight", // [C, 3, p, p]
                VISION + "embeddings.position_embedding.weight", // [N + 1, C]
                VISION + "pre_layrnorm.weight",
                VISION + "pre_layrnorm.bias"));
    for (int i = 0; i < depth; i++) {
      String layer = VISION + "encoder.layers." + i + ".";
      names.addAll(weightAndBias(layer + "layer_norm1", layer + "self_attn.q_proj"));
      names.addAll(weightAndBias(layer + "self_attn.k_proj", layer + "self_attn.v_proj"));
      names.addAll(weightAndBias(layer + "self_attn.out_proj", layer + "layer_norm2"));
      names.addAll(weightAndBias(layer + "mlp.fc1", layer + "mlp.fc2"));
    }
    return names;
  }

  /** Of the tower's last layer, what PruMerge scores with: norm, query and key. */
  static List<String> scoring(LlavaConfig config) {
    String layer = VISION + "encoder.layers." + (config.vision().layers() - 1) + ".";
    List<String> names = new ArrayList<>();
    names.addAll(weightAndBias(layer + "layer_norm1", layer + "self_attn.q_proj"));
    names.addAll(weightAndBias(layer + "self_attn.k_proj"));
    return names;
  }

  /** linear_1 and linear_2, with biases where the checkpoint has them. */
  static List<String> projector(LlavaConfig config) {
    String projector = "multi_modal_projector.linear_";
    return config.projectorBias()
        ? weightAndBias(projector + "1", projector + "2")
        : List.of(projector + "1.weight", projector + "2.weight");
  }

  /** Embedding, final norm, head; then 9 to 16 tensors a layer. */
  static List<String> language(LlavaConfig config) {
    String embedding = LANGUAGE + "embed_tokens.weight"; // [V, D]
    List<String> names = new ArrayList<>();
    names.add(embedding);
    names.add(LANGUAGE + "norm.weight");
    names.add(config.tied() ? embedding : "language_model.lm_head.weight"); // [V, D]
    TextConfig text = config.text();
    for (int i = 0; i < text.layers(); i++) {
      String layer = LANGUAGE + "layers." + i + ".";
      List<String> attention = List.of("q_proj", "k_proj", "v_proj", "o_proj");
      List<String> mlp = List.of("gate_proj", "up_proj", "down_proj");
      names.add(layer + "input_layernorm.weight");
      attention.forEach(name -> names.add(layer + "self_attn." + name + ".weight"));
      names.add(layer + "post_attention_layernorm.weight");
      mlp.forEach(name -> names.add(layer + "mlp." + name + ".weight"));
      if (text.attentionBias()) {
        attention.forEach(name -> names.add(layer + "self_attn." + name + ".bias"));
      }
      if (text.mlpBias()) {
        mlp.forEach(name -> names.add(layer + "mlp." + name + ".bias"));
      }
    }
    return names;
  }

  private static List<String> weightAndBias(String... modules) {
    List<String> names = new ArrayList<>();
    for (String module : modules) {
      names.add(module + ".weight");
      names.add(module + ".bias");
    }
    return names;
  }
}
