package io.prumerge.family;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.architecture.FramedTiles;
import io.prumerge.architecture.LinearConnector;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.Settings;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.size.LongestEdgeTiling;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The dimensions of Idefics3 and SmolVLM, in the forms in which their settings are published. */
class SmolVlmFamilyTest {

  private static Settings settings(String json) throws IOException {
    return new Settings(
        "config.json", (ObjectNode) new ObjectMapper().readTree(json.replace("'", "\"")));
  }

  @ParameterizedTest
  @CsvSource({
    "idefics3, 768, 512, 16, 4, 64", // 256M and 500M
    "smolvlm, 1152, 384, 14, 3, 81", // 2.2B, by its longest edge of 1536
    "idefics3, 1152, 364, 14, 2, 169" // 8B
  })
  void aViewsTokensFollowFromTheScale(
      String type, int width, int side, int patch, int scale, int tokens) throws IOException {
    LlavaConfig config =
        Families.config(
            settings(
                "{'model_type':'"
                    + type
                    + "','image_token_id':49190,'scale_factor':"
                    + scale
                    + ",'text_config':{'vocab_size':49280,'hidden_size':576,"
                    + "'num_attention_heads':9,'num_key_value_heads':3},"
                    + "'vision_config':{'hidden_size':"
                    + width
                    + ",'num_attention_heads':"
                    + (width == 768 ? 12 : 16)
                    + ",'image_size':"
                    + side
                    + ",'patch_size':"
                    + patch
                    + "}}"));
    assertThat(config.family().name()).isEqualTo(type);
    assertThat(config.viewTokens()).isEqualTo(tokens);
    assertThat(config.connector())
        .isEqualTo(new LinearConnector((long) width * scale * scale, 576, false));
    assertThat(config.vision().kind()).isEqualTo(Families.tower("siglip_blocks_" + scale));
    assertThat(config.layout()).isInstanceOf(FramedTiles.class);
    int longest = side == 384 ? 1536 : 4 * side;
    LlavaConfig split = config.within(new LongestEdgeTiling(side, longest, true));
    assertThat(split.layout().mostViews()).isEqualTo(17);
    assertThat(split.layout().mostTokens()).isEqualTo(17 * tokens);
    assertThat(config.within(new LongestEdgeTiling(side, longest, false)).layout().mostTokens())
        .isEqualTo(tokens);
    assertThat(split.layout().all(new ViewGrid(9, 9, 4, 4)).orElseThrow().runs())
        .hasSize(17)
        .containsOnly(tokens);
  }

  @ParameterizedTest
  @CsvSource({
    "model.vision_model.post_layernorm.bias, vision_tower.vision_model.post_layernorm.bias",
    "model.text_model.layers.1.mlp.up_proj.weight, language_model.model.layers.1.mlp.up_proj.weight",
    "model.connector.modality_projection.proj.weight, multi_modal_projector.linear.weight",
    "lm_head.weight, language_model.lm_head.weight"
  })
  void namesAreTheModulesInMemory(String published, String canonical) throws IOException {
    TensorNames names = new SmolVlmFamily().names(settings("{}"));
    assertThat(names.canonical(published)).contains(canonical);
    assertThat(names.published(canonical)).isEqualTo(published);
  }

  @Test
  void anUnknownTensorKeepsItsName() throws IOException {
    TensorNames names = new SmolVlmFamily().names(settings("{}"));
    assertThat(names.canonical("model.other.weight")).contains("language_model.model.other.weight");
    assertThat(names.published("other")).isEqualTo("other");
  }
}
