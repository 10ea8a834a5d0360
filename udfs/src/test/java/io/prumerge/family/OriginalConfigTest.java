package io.prumerge.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.prumerge.architecture.LinearConnector;
import io.prumerge.architecture.MlpConnector;
import io.prumerge.config.Activation;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.FeatureSelect;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.RopeScaling;
import io.prumerge.config.Settings;
import io.prumerge.config.TwoLinearLayers;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginalConfigTest {

  private static final String FLAT =
      "{'model_type':'llava','mm_projector_type':'mlp2x_gelu','mm_vision_tower':'openai/clip',"
          + "'hidden_size':64,'num_attention_heads':4,'image_aspect_ratio':'pad','max_length':77%s}";

  private static LlavaConfig read(String more) {
    return Families.config(translated(more));
  }

  private static Settings translated(String more) {
    Settings flat = Json.settings("config.json", String.format(FLAT, more));
    Settings vision =
        Json.settings("config.json", "{'hidden_size':36,'image_size':28,'patch_size':7}");
    return OriginalConfig.translated(flat, vision, OptionalInt.empty());
  }

  @Test
  void growsTheVocabularyByTwoTokensToAMultipleOf64() {
    assertThat(read("").text().vocabSize()).isEqualTo(32064);
    assertThat(read("").imageTokenId()).isEqualTo(32000);
    assertThat(read(",'vocab_size':62").text().vocabSize()).isEqualTo(64);
    assertThat(read(",'vocab_size':63").text().vocabSize()).isEqualTo(128);
  }

  @Test
  void takesEverySettingOver() {
    LlavaConfig config =
        read(
            ",'mm_vision_select_layer':-3,'mm_vision_select_feature':'cls_patch','rope_theta':5.0");
    assertThat(config.selection().positions()).isEqualTo(FeatureSelect.FULL);
    assertThat(config.selection().layers()).containsExactly(10);
    assertThat(config.text().positions().rope()).hasValue(new RopeScaling.Default(5));
    assertThat(config.text().hiddenSize()).isEqualTo(64);
    assertThat(config.vision().encoder().hiddenSize()).isEqualTo(36);
    assertThat(translated("").text("image_aspect_ratio")).contains("pad");
    assertThat(config.family().linear()).contains(new TwoLinearLayers(Activation.GELU, true));
  }

  @Test
  void oneLinearLayerIsTheDefaultConnector() {
    assertThat(read(",'mm_projector_type':null").connector())
        .isEqualTo(new LinearConnector(36, 64));
    assertThat(read("").connector()).isEqualTo(new MlpConnector(36, 64, true));
  }

  @Test
  void tilesMakeLlavaNext() {
    LlavaConfig config =
        read(
            ",'model_type':'llava_mistral','image_aspect_ratio':'anyres','sliding_window':null,'num_key_value_heads':4,"
                + "'mm_patch_merge_type':'spatial_unpad','image_grid_pinpoints':[[28,56],[56,28]]");
    assertThat(config.family().name()).isEqualTo("llava_next");
    assertThat(config.layout().mostViews()).isEqualTo(3);
    assertThat(config.text().positions().window()).isEmpty();
    assertThat(config.text().mlp().width()).isEqualTo(14336);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ",'model_type':'llava_mpt'|model_type 'llava_mpt' is not supported; known: llava,"
            + " llava_llama, llava_mistral, shikra",
        ",'mm_projector_type':'identity'|mm_projector_type 'identity' is not supported",
        ",'mm_patch_merge_type':'spatial_unpad'|mm_patch_merge_type 'spatial_unpad' is not"
            + " supported with image_aspect_ratio 'pad'; known: flat",
        ",'image_aspect_ratio':'anyres'|mm_patch_merge_type 'flat' is not supported with"
            + " image_aspect_ratio 'anyres'; known: spatial_unpad",
        ",'image_aspect_ratio':'highres'|image_aspect_ratio 'highres' is not supported",
        ",'mm_use_im_start_end':true|mm_use_im_start_end is true",
        ",'mm_use_im_patch_token':true|mm_use_im_patch_token is true",
        ",'mm_vision_select_feature':'x'|mm_vision_select_feature 'x' is unknown",
        ",'vocab_size':0|vocab_size must be at least 1",
      })
  void refusesOtherSettings(String more, String problem) {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> read(more))
        .withMessageContaining(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'model_type':'llava','mm_hidden_size':1}|true",
        "{'model_type':'llava_llama'}|true",
        "{'model_type':'llava'}|false",
        "{'model_type':'llava','mm_hidden_size':1,'text_config':{}}|false",
        "{'model_type':'llama'}|false",
      })
  void isToldByItsKeys(String config, boolean original) {
    assertThat(OriginalConfig.isOriginal(Json.settings("config.json", config))).isEqualTo(original);
  }
}
