package io.prumerge.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.prumerge.config.Activation;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.Encoder;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.Settings;
import io.prumerge.image.size.NearestAspectTiling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InternChatConfigTest {

  private static final String CHAT =
      "{'model_type':'internvl_chat','ps_version':'v2','dynamic_image_size':true,"
          + "'use_thumbnail':true,'max_dynamic_patch':12,'force_image_size':448,"
          + "'llm_config':{'model_type':'qwen2','hidden_size':64,'num_attention_heads':4,"
          + "'num_key_value_heads':2,'vocab_size':96},"
          + "'vision_config':{'image_size':448%s}%s}";
  private static final String SMALL =
      ",'qkv_bias':true,'qk_normalization':false,'norm_type':'layer_norm'";

  private static LlavaConfig read(String vision, String more) {
    Settings chat = Json.settings("config.json", String.format(CHAT, vision, more));
    return Families.config(InternChatConfig.translated(chat, 90, 91));
  }

  @Test
  void takesEverySettingOver() {
    LlavaConfig config = read(SMALL + ",'hidden_size':1024,'num_attention_heads':16", "");
    assertThat(config.vision().kind()).isEqualTo(InternKind.INTERN_VIT);
    assertThat(config.vision().encoder().hiddenSize()).isEqualTo(1024);
    assertThat(config.imageTokenId()).isEqualTo(90);
    assertThat(config.family().tiling()).hasValue(new NearestAspectTiling(448, 1, 12));
    assertThat(config.viewTokens()).isEqualTo(256);
    assertThat(config.layout().mostTokens()).isEqualTo(3328);
    assertThat(config.featureSize()).isEqualTo(4096);
  }

  /** InternVisionConfig's and InternVLChatConfig's. */
  @Test
  void defaultsAreTheAuthors() {
    LlavaConfig config = read("", ",'max_dynamic_patch':null");
    assertThat(config.vision().kind()).isEqualTo(InternKind.INTERN_VIT_6B);
    assertThat(config.vision().encoder())
        .isEqualTo(new Encoder(3200, 12800, 48, 25, Activation.GELU, 1e-6));
    assertThat(config.layout().mostViews()).isEqualTo(7);
    assertThat(read("", ",'dynamic_image_size':false").layout().mostViews()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|,'ps_version':'v1'|config.json: ps_version is 'v1'",
        "|,'ps_version':null|config.json: ps_version is 'v1'",
        "|,'use_thumbnail':false|config.json: use_thumbnail is false with tiles",
        "|,'pad2square':true|config.json: pad2square is true",
        "|,'force_image_size':224|config.json: force_image_size is 224",
        "|,'downsample_ratio':1.0|config.json: downsample_ratio is 1.0; only 0.5",
        "|,'llm_config':{'model_type':'internlm2'}|model_type 'internlm2' is not read in InternVL's own",
        "|,'llm_config':{'model_type':'qwen3_moe'}|model_type 'qwen3_moe' has experts, which are not",
        "|,'llm_config':{'model_type':'gpt_oss'}|model_type 'gpt_oss' has experts, which are not",
        "|,'flash_relative_threshold':0.5|flash_relative_threshold is of InternVL3.5-Flash, whose gate",
        "|,'flash_absolute_threshold':0.5|flash_absolute_threshold is of InternVL3.5-Flash, whose gate",
        ",'norm_type':'layer_norm'||config.json: vision_config.norm_type is 'layer_norm' with",
        ",'qkv_bias':true||config.json: vision_config.norm_type is 'rms_norm' with attention_bias true",
        ",'patch_size':64||config.json: vision_config.image_size has 7 patches a side",
        ",'layer_norm_eps':1e-5||config.json: vision_config.layer_norm_eps is 1.0E-5",
      })
  void refusesWhatItCannotRun(String vision, String more, String problem) {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> read(vision == null ? "" : vision, more == null ? "" : more))
        .withMessageContaining(problem);
  }
}
