package io.prumerge.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The smallest LLaVA folder with every kind of tensor: all weights are zero. */
final class TinyCheckpoint {
  static final String CONFIG =
      "{'model_type':'llava','image_token_index':5,"
          + "'text_config':{'vocab_size':6,'hidden_size':4,'intermediate_size':6,"
          + "'num_hidden_layers':2,'num_attention_heads':2,'num_key_value_heads':1,'head_dim':6,"
          + "'attention_bias':true,'mlp_bias':true},"
          + "'vision_config':{'hidden_size':8,'intermediate_size':10,'num_hidden_layers':2,"
          + "'num_attention_heads':2,'image_size':6,'patch_size':2}}";

  private TinyCheckpoint() {}

  /** Canonical name -> shape of every tensor that transformers writes for {@link #CONFIG}. */
  static Map<String, List<Long>> shapes() {
    Map<String, List<Long>> shapes = new TreeMap<>();
    shapes.put("language_model.model.embed_tokens.weight", List.of(6L, 4L));
    shapes.put("language_model.lm_head.weight", List.of(6L, 4L));
    shapes.put("language_model.model.norm.weight", List.of(4L));
    for (int i = 0; i < 2; i++) {
      String layer = "language_model.model.layers." + i + ".";
      shapes.put(layer + "input_layernorm.weight", List.of(4L));
      shapes.put(layer + "post_attention_layernorm.weight", List.of(4L));
      linear(shapes, layer + "self_attn.q_proj", 12, 4);
      linear(shapes, layer + "self_attn.k_proj", 6, 4);
      linear(shapes, layer + "self_attn.v_proj", 6, 4);
      linear(shapes, layer + "self_attn.o_proj", 4, 12);
      linear(shapes, layer + "mlp.gate_proj", 6, 4);
      linear(shapes, layer + "mlp.up_proj", 6, 4);
      linear(shapes, layer + "mlp.down_proj", 4, 6);
    }
    linear(shapes, "multi_modal_projector.linear_1", 4, 8);
    linear(shapes, "multi_modal_projector.linear_2", 4, 4);
    String vision = "vision_tower.vision_model.";
    shapes.put(vision + "embeddings.class_embedding", List.of(8L));
    shapes.put(vision + "embeddings.patch_embedding.weight", List.of(8L, 3L, 2L, 2L));
    shapes.put(vision + "embeddings.position_embedding.weight", List.of(10L, 8L));
    norm(shapes, vision + "pre_layrnorm");
    norm(shapes, vision + "post_layernorm");
    for (int i = 0; i < 2; i++) {
      String layer = vision + "encoder.layers." + i + ".";
      norm(shapes, layer + "layer_norm1");
      norm(shapes, layer + "layer_norm2");
      linear(shapes, layer + "self_attn.q_proj", 8, 8);
      linear(shapes, layer + "self_attn.k_proj", 8, 8);
      linear(shapes, layer + "self_attn.v_proj", 8, 8);
      linear(shapes, layer + "self_attn.out_proj", 8, 8);
      linear(shapes, layer + "mlp.fc1", 10, 8);
      linear(shapes, layer + "mlp.fc2", 8, 10);
    }
    return shapes;
  }

  static void write(Path folder, String config, Map<String, List<Long>> shapes) throws IOException {
    Files.writeString(folder.resolve("config.json"), config.replace('\'', '"'));
    SafetensorsBytes.write(folder.resolve("model.safetensors"), TensorType.BF16, shapes);
  }

  private static void linear(Map<String, List<Long>> shapes, String module, long out, long in) {
    shapes.put(module + ".weight", List.of(out, in));
    shapes.put(module + ".bias", List.of(out));
  }

  private static void norm(Map<String, List<Long>> shapes, String module) {
    shapes.put(module + ".weight", List.of(8L));
    shapes.put(module + ".bias", List.of(8L));
  }
}
