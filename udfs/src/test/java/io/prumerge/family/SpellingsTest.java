package io.prumerge.family;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.config.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SpellingsTest {

  private static final TensorNames LLAVA = new LlavaFamily().names(Settings.none("config.json"));
  private static final TensorNames INTERN =
      new InternVlFamily().names(Settings.none("config.json"));
  private static final TensorNames BLIP = new BlipFamily().names(Settings.none("config.json"));

  @ParameterizedTest
  @CsvSource({
    // What transformers 4 writes.
    "language_model.model.embed_tokens.weight, language_model.model.embed_tokens.weight",
    "language_model.model.layers.0.mlp.up_proj.weight, language_model.model.layers.0.mlp.up_proj.weight",
    "language_model.model.norm.weight, language_model.model.norm.weight",
    "language_model.lm_head.weight, language_model.lm_head.weight",
    "multi_modal_projector.linear_1.bias, multi_modal_projector.linear_1.bias",
    "vision_tower.vision_model.pre_layrnorm.bias, vision_tower.vision_model.pre_layrnorm.bias",
    // In memory since 4.52.
    "model.language_model.embed_tokens.weight, language_model.model.embed_tokens.weight",
    "model.language_model.layers.11.self_attn.q_proj.bias, language_model.model.layers.11.self_attn.q_proj.bias",
    "model.language_model.norm.weight, language_model.model.norm.weight",
    "lm_head.weight, language_model.lm_head.weight",
    "model.multi_modal_projector.linear_2.weight, multi_modal_projector.linear_2.weight",
    "model.vision_tower.vision_model.embeddings.class_embedding, vision_tower.vision_model.embeddings.class_embedding",
    // What transformers 5 writes, and its bare base model.
    "vision_tower.encoder.layers.3.mlp.fc1.weight, vision_tower.vision_model.encoder.layers.3.mlp.fc1.weight",
    "language_model.embed_tokens.weight, language_model.model.embed_tokens.weight",
    "language_model.layers.2.input_layernorm.weight, language_model.model.layers.2.input_layernorm.weight",
    // The original code's.
    "model.embed_tokens.weight, language_model.model.embed_tokens.weight",
    "model.layers.4.mlp.down_proj.weight, language_model.model.layers.4.mlp.down_proj.weight",
    "model.norm.weight, language_model.model.norm.weight",
    "model.mm_projector.0.weight, multi_modal_projector.linear_1.weight",
    "model.image_newline, image_newline",
    "image_newline, image_newline",
    "model.mm_projector.weight, multi_modal_projector.linear.weight",
    "multi_modal_projector.linear.bias, multi_modal_projector.linear.bias",
    "model.mm_projector.2.bias, multi_modal_projector.linear_2.bias",
    "vision_model.post_layernorm.weight, vision_tower.vision_model.post_layernorm.weight",
    "model.vision_tower.vision_tower.vision_model.embeddings.patch_embedding.weight, vision_tower.vision_model.embeddings.patch_embedding.weight",
  })
  void mapsEverySpelling(String spelling, String canonical) {
    assertThat(LLAVA.canonical(spelling)).contains(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "language_model.model.layers.0.self_attn.rotary_emb.inv_freq",
        "model.layers.31.self_attn.rotary_emb.inv_freq",
        "vision_tower.vision_model.embeddings.position_ids",
        "vision_model.embeddings.position_ids",
        "text_model.encoder.layers.0.mlp.fc1.weight",
        "logit_scale",
        "visual_projection.weight",
        "text_projection.weight"
      })
  void ignoresBuffersAndTheRestOfClip(String spelling) {
    assertThat(LLAVA.canonical(spelling)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "lm_head.bias", "inv_freq", "optimizer.state"})
  void leavesUnknownNamesAsTheyAre(String spelling) {
    assertThat(LLAVA.canonical(spelling)).contains(spelling);
  }

  @ParameterizedTest
  @CsvSource({
    "vision_model.encoder.layers.3.self_attn.qkv.weight, vision_model.encoder.layers.3.self_attn.qkv.weight",
    "vision_model.post_layernorm.bias, vision_model.post_layernorm.bias",
    "query_tokens, query_tokens",
    "model.query_tokens, query_tokens",
    "qformer.encoder.layer.0.output_query.LayerNorm.weight, qformer.encoder.layer.0.output_query.LayerNorm.weight",
    "language_projection.bias, language_projection.bias",
    "model.language_projection.weight, language_projection.weight",
    "language_model.model.layers.0.mlp.up_proj.weight, language_model.model.layers.0.mlp.up_proj.weight",
    "model.language_model.norm.weight, language_model.model.norm.weight",
    "language_model.lm_head.weight, language_model.lm_head.weight",
    "other.weight, other.weight",
  })
  void mapsTheSpellingsBesideAQFormer(String spelling, String canonical) {
    assertThat(BLIP.canonical(spelling)).contains(canonical);
  }

  @ParameterizedTest
  @CsvSource({
    // What transformers 4 writes.
    "vision_tower.embeddings.cls_token, vision_tower.embeddings.cls_token",
    "multi_modal_projector.layer_norm.bias, multi_modal_projector.layer_norm.bias",
    "language_model.model.norm.weight, language_model.model.norm.weight",
    "language_model.lm_head.weight, language_model.lm_head.weight",
    // In memory.
    "model.vision_tower.encoder.layer.2.lambda_1, vision_tower.encoder.layer.2.lambda_1",
    "model.multi_modal_projector.linear_2.weight, multi_modal_projector.linear_2.weight",
    "model.language_model.layers.1.mlp.up_proj.weight, language_model.model.layers.1.mlp.up_proj.weight",
    "lm_head.weight, language_model.lm_head.weight",
    // The authors'.
    "vision_model.embeddings.class_embedding, vision_tower.embeddings.cls_token",
    "vision_model.embeddings.position_embedding, vision_tower.embeddings.position_embeddings",
    "vision_model.embeddings.patch_embedding.bias, vision_tower.embeddings.patch_embeddings.projection.bias",
    "vision_model.encoder.layers.11.attn.qkv.weight, vision_tower.encoder.layer.11.attention.qkv.weight",
    "vision_model.encoder.layers.0.attn.q_norm.weight, vision_tower.encoder.layer.0.attention.q_norm.weight",
    "vision_model.encoder.layers.0.attn.proj.bias, vision_tower.encoder.layer.0.attention.projection_layer.bias",
    "vision_model.encoder.layers.0.norm1.weight, vision_tower.encoder.layer.0.layernorm_before.weight",
    "vision_model.encoder.layers.0.norm2.bias, vision_tower.encoder.layer.0.layernorm_after.bias",
    "vision_model.encoder.layers.0.ls2, vision_tower.encoder.layer.0.lambda_2",
    "vision_model.encoder.layers.0.mlp.fc1.weight, vision_tower.encoder.layer.0.mlp.fc1.weight",
    "mlp1.0.weight, multi_modal_projector.layer_norm.weight",
    "mlp1.1.bias, multi_modal_projector.linear_1.bias",
    "mlp1.3.weight, multi_modal_projector.linear_2.weight",
    "mlp1.2.weight, mlp1.2.weight",
    "other.weight, other.weight",
  })
  void mapsInternVlsSpellings(String spelling, String canonical) {
    assertThat(INTERN.canonical(spelling)).contains(canonical);
  }

  @Test
  void ignoresBuffersBesideAQFormer() {
    assertThat(BLIP.canonical("qformer.embeddings.position_ids")).isEmpty();
  }
}
