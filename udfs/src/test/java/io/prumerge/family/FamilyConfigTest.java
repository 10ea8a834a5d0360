package io.prumerge.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.architecture.ClipKind;
import io.prumerge.architecture.LlamaBiases;
import io.prumerge.architecture.OptWeights;
import io.prumerge.architecture.QFormerWords;
import io.prumerge.architecture.TiledViews;
import io.prumerge.architecture.WithVideos;
import io.prumerge.config.Activation;
import io.prumerge.config.AttentionHeads;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.Encoder;
import io.prumerge.config.FeatureSelect;
import io.prumerge.config.FeatureSelection;
import io.prumerge.config.LinearLayers;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.MlpConfig;
import io.prumerge.config.ModelFamily;
import io.prumerge.config.PositionConfig;
import io.prumerge.config.QFormerConfig;
import io.prumerge.config.RopeScaling;
import io.prumerge.config.SeveralImages;
import io.prumerge.config.TextConfig;
import io.prumerge.config.TwoLinearLayers;
import io.prumerge.config.VisionConfig;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FamilyConfigTest {
  private static final TextConfig LLAMA =
      new TextConfig(
          32000,
          4096,
          new MlpConfig(11008, Activation.SILU),
          32,
          new AttentionHeads(32, 32, 128),
          new PositionConfig(
              2048, Optional.of(new RopeScaling.Default(10000.0)), OptionalInt.empty()),
          1e-6,
          new LlamaBiases(false, false, false));
  private static final VisionConfig CLIP_BASE =
      new VisionConfig(
          new Encoder(768, 3072, 12, 12, Activation.QUICK_GELU, 1e-5), 3, 224, 32, ClipKind.CLIP);
  private static final VisionConfig CLIP_LARGE =
      new VisionConfig(
          new Encoder(1024, 4096, 24, 16, Activation.QUICK_GELU, 1e-5), 3, 336, 14, ClipKind.CLIP);

  private static ModelFamily llava(LinearLayers connector) {
    return ModelFamily.builder("llava", connector).several(SeveralImages.ALIKE).build();
  }

  /** As Python takes it for false, transformers leaves out what such a flag asks for. */
  @Test
  void takesFlagsThatAreNullForFalse() {
    LlavaConfig bare =
        read(
            "{'model_type':'llava','multimodal_projector_bias':null,"
                + "'text_config':{'vocab_size':32064,'attention_bias':null}}");
    assertThat(bare.family().linear()).contains(new TwoLinearLayers(Activation.GELU, false));
    assertThat(bare.text().biases()).isEqualTo(new LlamaBiases(false, false, false));
    assertThat(
            read("{'model_type':'blip-2','vision_config':{'qkv_bias':null},"
                    + "'text_config':{'enable_bias':null}}")
                .vision()
                .kind())
        .isEqualTo(EvaKind.EVA_WITHOUT_BIASES);
    RopeScaling yarn =
        read("{'model_type':'llava','text_config':{'vocab_size':32064,'rope_scaling':"
                + "{'type':'yarn','factor':2,'truncate':null,'beta_fast':null,'beta_slow':0}}}")
            .text()
            .positions()
            .rope()
            .orElseThrow();
    assertThat(yarn)
        .isEqualTo(new RopeScaling.Yarn(10000, 2, 0.1 * Math.log(2) + 1, 32, 1, 2048, false));
  }

  @Test
  void hasEveryDefault() {
    // vocab_size is the one value that the default image token does not fit into.
    TextConfig text =
        read("{'model_type':'llava','text_config':{},'vision_config':{},'image_token_index':0}")
            .text();
    assertThat(text).isEqualTo(LLAMA);
    assertThat(read("{'model_type':'llava','text_config':{'vocab_size':32064}}"))
        .isEqualTo(
            new LlavaConfig(
                llava(new TwoLinearLayers(Activation.GELU, true)),
                CLIP_LARGE,
                read("{'model_type':'llava','text_config':{'vocab_size':32064}}").text(),
                32000,
                new FeatureSelection(List.of(23), FeatureSelect.DEFAULT),
                false));
    assertThat(read("{'model_type':'llava','image_token_index':1,'vision_config':{}}").vision())
        .isEqualTo(CLIP_BASE);
    assertThat(read("{'model_type':'llava','image_token_index':1,'vision_config':null}").vision())
        .isEqualTo(CLIP_LARGE);
  }

  @Test
  void mistralHasOtherDefaults() {
    String text =
        "{'model_type':'llava','text_config':{'vocab_size':32064,'model_type':'mistral'%s}}";
    TextConfig config = read(String.format(text, "")).text();
    assertThat(config.mlp().width()).isEqualTo(14336);
    assertThat(config.heads().keys()).isEqualTo(8);
    assertThat(config.positions().trained()).isEqualTo(131072);
    assertThat(config.positions().window()).hasValue(4096);
    TextConfig stated =
        read(String.format(text, ",'sliding_window':null,'num_key_value_heads':null")).text();
    assertThat(stated.positions().window()).isEmpty();
    assertThat(stated.heads().keys()).isEqualTo(32);
  }

  @Test
  void optHasLearnedPositions() {
    LlavaConfig config = read("{'model_type':'llava','text_config':{'model_type':'opt'}}");
    assertThat(config.text())
        .isEqualTo(
            new TextConfig(
                50272,
                768,
                new MlpConfig(3072, Activation.RELU),
                12,
                new AttentionHeads(12, 12, 64),
                new PositionConfig(2048, Optional.empty(), OptionalInt.empty()),
                1e-5,
                new LlamaBiases(true, true, true)));
    assertThat(config.text().mostPositions()).hasValue(2048);
    assertThat(LLAMA.mostPositions()).isEmpty();
    OptWeights weights = (OptWeights) config.withTied(true).decoder();
    assertThat(weights).isEqualTo(new OptWeights(768, 3072, 12, 2048, 50272, true, true));
    assertThat(weights.ends().elements()).isEqualTo(768 * (50272 + 2050 + 2));
  }

  /** An odd head has no pairs to rotate, and OPT rotates none. */
  @Test
  void optReadsEveryKey() {
    TextConfig text =
        text(
            "{'model_type':'opt','vocab_size':100,'hidden_size':15,'ffn_dim':7,"
                + "'num_hidden_layers':3,'num_attention_heads':3,'activation_function':'gelu',"
                + "'max_position_embeddings':64,'enable_bias':false,'word_embed_proj_dim':15}");
    assertThat(text)
        .isEqualTo(
            new TextConfig(
                100,
                15,
                new MlpConfig(7, Activation.GELU),
                3,
                new AttentionHeads(3, 3, 5),
                new PositionConfig(64, Optional.empty(), OptionalInt.empty()),
                1e-5,
                new LlamaBiases(false, false, false)));
  }

  @Test
  void llavaNextHasGridsOfTiles() {
    String text =
        "{'model_type':'llava_next','text_config':{'vocab_size':32064}%s}"; // CLIP-L, 24 x 24
    LlavaConfig config = read(String.format(text, ""));
    assertThat(config.layout().mostViews()).isEqualTo(5);
    assertThat(config.layout().mostTokens()).isEqualTo(576 + 48 * 49);
    assertThatThrownBy(() -> read(String.format(text, ",'vision_feature_select_strategy':'full'")))
        .hasMessageContaining("'full' is not supported with tiles");
    assertThatThrownBy(() -> read(String.format(text, ",'image_grid_pinpoints':[[336,500]]")))
        .hasMessageContaining("[336, 500], which is no grid");
    assertThatThrownBy(() -> read(String.format(text, ",'image_grid_pinpoints':[]")))
        .hasMessageContaining("image_grid_pinpoints is empty");
    assertThatThrownBy(() -> read(String.format(text, ",'image_grid_pinpoints':'(1x1)'")))
        .hasMessageContaining("image_grid_pinpoints");
  }

  /** LlavaOnevisionConfig, SiglipVisionConfig and Qwen2Config of transformers 4.57.1. */
  @Test
  void llavaOneVisionHasEveryDefault() {
    LlavaConfig config = read("{'model_type':'llava_onevision'}");
    assertThat(config.vision())
        .isEqualTo(
            new VisionConfig(
                new Encoder(1152, 4304, 26, 16, Activation.GELU_TANH, 1e-6),
                3,
                384,
                14,
                ClipKind.SIGLIP));
    assertThat(config.vision().positions()).isEqualTo(729);
    assertThat(config.selection().layers()).containsExactly(26);
    assertThat(config.viewTokens()).isEqualTo(729);
    assertThat(config.imageTokenId()).isEqualTo(151646);
    assertThat(config.layout().mostViews()).isEqualTo(37);
    assertThat(((TiledViews) ((WithVideos) config.layout()).pictures()).most()).hasValue(9);
    assertThat(config.text())
        .isEqualTo(
            new TextConfig(
                151936,
                4096,
                new MlpConfig(22016, Activation.SILU),
                32,
                new AttentionHeads(32, 32, 128),
                new PositionConfig(
                    32768, Optional.of(new RopeScaling.Default(10000.0)), OptionalInt.empty()),
                1e-6,
                new LlamaBiases(true, false, false)));
    String grids = "'image_grid_pinpoints':[[224,448]]";
    assertThat(read("{'model_type':'llava_onevision','vision_config':{}," + grids + "}").vision())
        .isEqualTo(
            new VisionConfig(
                new Encoder(768, 3072, 12, 12, Activation.GELU_TANH, 1e-6),
                3,
                224,
                16,
                ClipKind.SIGLIP));
  }

  /** The factories of layouts are compared by value, as all other settings. */
  @ParameterizedTest
  @ValueSource(strings = {"llava", "llava_next", "llava_onevision"})
  void equalSettingsMakeEqualModels(String type) {
    String text = "{'model_type':'" + type + "','text_config':{'vocab_size':152000}}";
    assertThat(read(text)).isEqualTo(read(text)).hasSameHashCodeAs(read(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'vision_feature_select_strategy':'default'|'default', which would drop a patch",
        "'vision_aspect_ratio':'pad'|'pad'; known: anyres_max_N",
        "'vision_aspect_ratio':'anyres_max_0'|known: anyres_max_N",
        "'vision_aspect_ratio':'anyres_max_999'|vision_aspect_ratio is 'anyres_max_999': a limit of"
            + " 999 tiles is not within 1 to 100",
        "'vision_config':{'model_type':'clip_vision_model'}|known: siglip_vision_model",
      })
  void refusesOtherFormsOfLlavaOneVision(String setting, String problem) {
    assertRefused(
        "{'model_type':'llava_onevision','image_grid_pinpoints':[[384,384]]," + setting + "}",
        problem);
  }

  /** As vLLM derives a model's length; transformers bounds none of them. */
  @ParameterizedTest
  @CsvSource({
    "'rope_theta':5000, 100",
    "'rope_scaling':{'type':'linear';'factor':4}, 400",
    "'rope_scaling':{'type':'dynamic';'factor':2.5}, 250",
    "'rope_scaling':{'type':'linear';'factor':0.5}, 100",
    "'rope_scaling':{'rope_type':'yarn';'factor':4}, 400",
    "'rope_scaling':{'rope_type':'yarn';'factor':4;'original_max_position_embeddings':50}, 200",
    "'rope_scaling':{'rope_type':'yarn';'factor':4;'original_max_position_embeddings':10}, 100",
    "'rope_scaling':{'rope_type':'llama3';'factor':8;'low_freq_factor':1;'high_freq_factor':4;'original_max_position_embeddings':50},"
        + " 100",
    "'rope_scaling':{'type':'linear';'factor':1e300}, 2147483647",
    "'model_type':'opt', 100",
  })
  void aScaledRopeReachesFurther(String settings, int positions) {
    assertThat(
            text("{'max_position_embeddings':100," + settings.replace(';', ',') + "}")
                .longestPrompt())
        .isEqualTo(positions);
  }

  @ParameterizedTest
  @CsvSource({
    "'sliding_window':9, false",
    "'use_sliding_window':true, true", // 28 of 32 layers attend to all
    "'use_sliding_window':true;'max_window_layers':32, false",
    "'use_sliding_window':true;'max_window_layers':32;'layer_types':[], true",
  })
  void qwen2sWindowIsOfItsLastLayers(String settings, boolean window) {
    OptionalInt expected = window ? OptionalInt.of(4096) : OptionalInt.empty();
    assertThat(
            text("{'model_type':'qwen2'," + settings.replace(';', ',') + "}").positions().window())
        .isEqualTo(expected);
  }

  /** Qwen3Config's defaults: heads of a width of their own, with norms and without biases. */
  @Test
  void qwen3sHeadsHaveNormsAndAWidthOfTheirOwn() {
    TextConfig text = text("{'model_type':'qwen3','hidden_size':2560,'num_key_value_heads':8}");
    assertThat(text.heads()).isEqualTo(new AttentionHeads(32, 8, 128, true));
    assertThat(text.biases()).isEqualTo(new LlamaBiases(false, false, false));
    assertThat(text.positions().trained()).isEqualTo(32768);
    assertThat(text.positions().window()).isEmpty();
    assertThat(text("{'model_type':'qwen3','head_dim':64}").heads().width()).isEqualTo(64);
    assertThat(text("{'model_type':'qwen3','use_sliding_window':true}").positions().window())
        .hasValue(4096);
    assertThat(text("{'model_type':'qwen3','attention_bias':true}").biases())
        .isEqualTo(new LlamaBiases(true, true, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'text_config':{'model_type':'qwen3_moe'}|text_config.model_type 'qwen3_moe' has experts,",
        "'text_config':{'model_type':'gpt_oss'}|text_config.model_type 'gpt_oss' has experts,",
        "'flash_absolute_threshold':0.5|flash_absolute_threshold is of InternVL3.5-Flash,",
      })
  void internVlsVariantsAreRefusedByName(String settings, String problem) {
    assertRefused("{'model_type':'internvl'," + settings + "}", problem);
  }

  @Test
  void readsEveryKey() {
    LlavaConfig config =
        read(
            "{'model_type':'llava','image_token_index':7,'projector_hidden_act':'relu',"
                + "'vision_feature_layer':[1,-1],'vision_feature_select_strategy':'full',"
                + "'multimodal_projector_bias':false,'image_aspect_ratio':'pad',"
                + "'text_config':{'model_type':'llama','vocab_size':100,'hidden_size':48,"
                + "'intermediate_size':96,'num_hidden_layers':3,'num_attention_heads':6,"
                + "'num_key_value_heads':2,'head_dim':10,'hidden_act':'gelu_new',"
                + "'max_position_embeddings':512,'rms_norm_eps':1e-4,'rope_theta':5000,"
                + "'rope_scaling':{'type':'linear','factor':2},'attention_bias':true,"
                + "'mlp_bias':true},"
                + "'vision_config':{'model_type':'clip_vision_model','hidden_size':40,"
                + "'intermediate_size':80,'num_hidden_layers':5,'num_attention_heads':4,"
                + "'num_channels':1,'image_size':50,'patch_size':10,'hidden_act':'gelu',"
                + "'layer_norm_eps':1e-3}}");
    assertThat(config)
        .isEqualTo(
            new LlavaConfig(
                llava(new TwoLinearLayers(Activation.RELU, false)),
                new VisionConfig(
                    new Encoder(40, 80, 5, 4, Activation.GELU, 1e-3), 1, 50, 10, ClipKind.CLIP),
                new TextConfig(
                    100,
                    48,
                    new MlpConfig(96, Activation.GELU_TANH),
                    3,
                    new AttentionHeads(6, 2, 10),
                    new PositionConfig(
                        512, Optional.of(new RopeScaling.Linear(5000, 2)), OptionalInt.empty()),
                    1e-4,
                    new LlamaBiases(true, true, true)),
                7,
                new FeatureSelection(List.of(1, 5), FeatureSelect.FULL),
                false));
    assertThat(config.featureDepth()).isEqualTo(5);
    assertThat(config.featureSize()).isEqualTo(80);
    assertThat(config.viewTokens()).isEqualTo(26);
    assertThat(config.vision().headDim()).isEqualTo(10);
    assertThat(config.vision().patches()).isEqualTo(25);
  }

  @Test
  void takesNullAsAbsent() {
    assertThat(
            read(
                "{'model_type':'llava','image_token_index':null,'image_token_id':5,"
                    + "'projector_hidden_act':null,'vision_feature_layer':null,"
                    + "'text_config':{'num_key_value_heads':null,'head_dim':null,"
                    + "'rope_scaling':null,'rope_theta':null,'vocab_size':null}}"))
        .isEqualTo(read("{'model_type':'llava','image_token_id':5}"));
  }

  @Test
  void knowsBothNamesOfTheImageToken() {
    assertThat(read("{'model_type':'llava','image_token_id':5}").imageTokenId()).isEqualTo(5);
    assertThat(read("{'model_type':'llava','image_token_index':5}").imageTokenId()).isEqualTo(5);
    assertThat(
            read("{'model_type':'llava','image_token_index':5,'image_token_id':5}").imageTokenId())
        .isEqualTo(5);
    assertRefused(
        "{'model_type':'llava','image_token_index':5,'image_token_id':6}",
        "config.json: image_token_index is 5 but image_token_id is 6; keep one");
  }

  @Test
  void ignoresUnknownAndInformativeKeys() {
    assertThat(
            read(
                "{'model_type':'llava','image_token_id':5,'image_seq_length':1,'ignore_index':-100,"
                    + "'torch_dtype':'float16','dtype':'bfloat16','vocab_size':3,'hidden_size':3,"
                    + "'mm_left_over':1,'text_config':{'pretraining_tp':2,'use_cache':false},"
                    + "'architectures':['x']}"))
        .isEqualTo(read("{'model_type':'llava','image_token_id':5}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'rope_theta':5000}|Default[theta=5000.0]",
        "{'rope_parameters':{'rope_theta':5000}}|Default[theta=5000.0]",
        "{'rope_parameters':{'rope_type':'default','rope_theta':5000}}|Default[theta=5000.0]",
        "{'rope_scaling':{'rope_type':'default'}}|Default[theta=10000.0]",
        "{'rope_scaling':{'type':'linear','factor':2}}|Linear[theta=10000.0, factor=2.0]",
        "{'rope_scaling':{'type':'linear','rope_type':'linear','factor':2.5}}|Linear[theta=10000.0,"
            + " factor=2.5]",
        "{'rope_scaling':{'rope_type':'dynamic','factor':4}}|Dynamic[theta=10000.0, factor=4.0]",
        "{'rope_theta':7,'rope_scaling':{'rope_type':'llama3','factor':8,'low_freq_factor':1,'high_freq_factor':4,'original_max_position_embeddings':8192}}|Llama3[theta=7.0,"
            + " factor=8.0, lowFreqFactor=1.0, highFreqFactor=4.0, originalMaxPositions=8192]",
        "{'rope_scaling':{'rope_type':'yarn','factor':0.5}}|Yarn[theta=10000.0, factor=0.5,"
            + " attentionFactor=1.0, betaFast=32.0, betaSlow=1.0, originalMaxPositions=2048,"
            + " truncate=true]",
        "{'rope_scaling':{'rope_type':'yarn','factor':4,'attention_factor':1.5,'beta_fast':16,'beta_slow':2,'original_max_position_embeddings':64,'truncate':false}}|Yarn[theta=10000.0,"
            + " factor=4.0, attentionFactor=1.5, betaFast=16.0, betaSlow=2.0,"
            + " originalMaxPositions=64, truncate=false]",
        "{'rope_scaling':{'rope_type':'yarn','factor':4,'mscale':1,'mscale_all_dim':1}}|Yarn[theta=10000.0,"
            + " factor=4.0, attentionFactor=1.0, betaFast=32.0, betaSlow=1.0,"
            + " originalMaxPositions=2048, truncate=true]",
        "{'rope_parameters':{'rope_type':'linear','factor':2,'rope_theta':3},'rope_theta':3}|Linear[theta=3.0,"
            + " factor=2.0]",
      })
  void readsEveryRopeType(String text, String rope) {
    assertThat(text(text).positions().rope().orElseThrow().toString()).isEqualTo(rope);
  }

  @Test
  void infersYarnsAttentionFactor() {
    RopeScaling plain =
        text("{'rope_scaling':{'rope_type':'yarn','factor':4}}").positions().rope().orElseThrow();
    assertThat(((RopeScaling.Yarn) plain).attentionFactor()).isEqualTo(0.1 * Math.log(4) + 1);
    RopeScaling scaled =
        text("{'rope_scaling':{'rope_type':'yarn','factor':4,'mscale':2,'mscale_all_dim':0.5}}")
            .positions()
            .rope()
            .orElseThrow();
    assertThat(((RopeScaling.Yarn) scaled).attentionFactor())
        .isEqualTo((0.2 * Math.log(4) + 1) / (0.05 * Math.log(4) + 1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'rope_scaling':{'rope_type':'longrope','factor':2}}|rope_scaling.rope_type 'longrope' is"
            + " not supported; known: default, dynamic, linear, llama3, yarn",
        "{'rope_scaling':{'type':'su'}}|rope_scaling.rope_type 'su' is not supported",
        "{'rope_scaling':{'factor':2}}|rope_scaling.rope_type is missing",
        "{'rope_scaling':{'type':'linear'}}|rope_scaling.factor is missing",
        "{'rope_scaling':{'type':'linear','factor':0}}|rope_scaling factor must be a positive"
            + " number but is 0.0",
        "{'rope_scaling':{'type':'linear','rope_type':'yarn','factor':2}}|rope_type is 'yarn' but"
            + " type is 'linear'; keep one",
        "{'rope_scaling':{'type':'llama3','factor':8,'low_freq_factor':1,'high_freq_factor':4}}|original_max_position_embeddings"
            + " is missing",
        "{'rope_scaling':{'type':'llama3','factor':8,'low_freq_factor':4,'high_freq_factor':4,'original_max_position_embeddings':8}}|high_freq_factor"
            + " 4.0 must be above low_freq_factor 4.0",
        "{'rope_scaling':{'type':'linear','factor':2},'rope_parameters':{'rope_theta':3}}|rope_parameters"
            + " and rope_scaling are both stated and differ",
        "{'rope_parameters':{'rope_theta':3},'rope_theta':4}|rope_theta is 3.0 but"
            + " text_config.rope_theta is 4.0; keep one",
        "{'partial_rotary_factor':0.5}|partial_rotary_factor 0.5 is not supported; Llama has 1.0",
        "{'rope_theta':0}|rope_theta must be a positive number but is 0.0",
        "{'rope_theta':'x'}|config.json: text_config.rope_theta must be a number but is \"x\"",
        "{'model_type':'gptj'}|text_config.model_type 'gptj' is not supported; known: llama,"
            + " mistral, opt",
        "{'hidden_act':'mish'}|Unknown activation 'mish'; known: gelu, gelu_new, gelu_pytorch_tanh,"
            + " quick_gelu, relu, silu, swish",
        "{'num_attention_heads':7}|text hidden_size 4096 must be a multiple of num_attention_heads"
            + " 7",
        "{'num_attention_heads':0}|text num_attention_heads must be at least 1 but is 0",
        "{'num_key_value_heads':5}|text num_attention_heads 32 must be a multiple of"
            + " num_key_value_heads 5",
        "{'head_dim':5}|text head_dim must be even for rotary embeddings but is 5",
        "{'hidden_size':-8}|text hidden_size must be at least 1 but is -8",
        "{'hidden_size':4096.0}|config.json: text_config.hidden_size must be a 32-bit integer but"
            + " is 4096.0",
        "{'hidden_size':99999999999}|text_config.hidden_size must be a 32-bit integer but is"
            + " 99999999999",
        "{'rms_norm_eps':0}|text rms_norm_eps must be a positive number but is 0.0",
        "{'mlp_bias':1}|text_config.mlp_bias must be true or false but is 1",
        "{'model_type':'opt','do_layer_norm_before':false}|text_config.do_layer_norm_before is"
            + " false, which is not supported",
        "{'model_type':'opt','_remove_final_layer_norm':true}|_remove_final_layer_norm is true,"
            + " which is not supported",
        "{'model_type':'opt','layer_norm_elementwise_affine':false}|layer_norm_elementwise_affine"
            + " is false, which is not supported",
        "{'model_type':'opt','word_embed_proj_dim':512}|word_embed_proj_dim is 512, which is not"
            + " supported: hidden_size is 768",
        "{'model_type':'opt','num_attention_heads':7}|text hidden_size 768 must be a multiple of"
            + " num_attention_heads 7",
        "{'hidden_act':1}|text_config.hidden_act must be a string but is 1",
      })
  void refusesTextSettingsByName(String text, String problem) {
    assertRefused("{'model_type':'llava','text_config':" + text + "}", problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'model_type':'siglip_vision_model'}|vision_config.model_type 'siglip_vision_model' is not"
            + " supported; known: clip_vision_model",
        "{'hidden_act':'x'}|Unknown activation 'x'",
        "{'num_attention_heads':5}|vision hidden_size 768 must be a multiple of num_attention_heads"
            + " 5",
        "{'patch_size':500}|vision patch_size 500 is larger than image_size 224",
        "{'patch_size':1,'image_size':2147483647}|has more than 10000 patches of 1 along a side",
        "{'layer_norm_eps':null,'num_hidden_layers':0}|vision num_hidden_layers must be at least 1"
            + " but is 0",
      })
  void refusesVisionSettingsByName(String vision, String problem) {
    assertRefused(
        "{'model_type':'llava','image_token_id':1,'vision_config':" + vision + "}", problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|config.json: model_type is missing; a LLaVA model states 'llava'",
        "{'model_type':'idefics','image_token_id':5}|config.json: use_resampler is false, which is"
            + " not supported",
        "{'model_type':'idefics','image_token_id':5,'use_resampler':true,'alpha_type':'tensor'}|config.json:"
            + " alpha_type 'tensor' is not supported; known: float, vector",
        "{'model_type':'idefics','image_token_id':5,'use_resampler':true,'num_hidden_layers':6,'cross_layer_interval':4}|num_hidden_layers"
            + " 6 must be a multiple of cross_layer_interval 4",
        "{'model_type':'idefics2'}|config.json: model_type 'idefics2' is not supported; known:"
            + " blip-2, idefics, idefics3, instructblip, internvl, llava, llava_next,"
            + " llava_onevision, llava_qwen, qwen, qwen2_5_vl, qwen2_vl, qwen3_vl, shikra, smolvlm",
        "{'model_type':'qwen3_vl_moe'}|config.json: model_type 'qwen3_vl_moe' is not supported;"
            + " known: blip-2, idefics, idefics3, instructblip, internvl, llava, llava_next,"
            + " llava_onevision, llava_qwen, qwen, qwen2_5_vl, qwen2_vl, qwen3_vl, shikra, smolvlm;"
            + " another model can be asked at a service that serves it, as openai:URL#NAME",
        "{'model_type':'smolvlm','scale_factor':7}|config.json: scale_factor is 7; known: 1 to 6",
        "{'model_type':'smolvlm'}|config.json: vision_config.image_size has 7 patches a side; it"
            + " must be a multiple of scale_factor, which is 2",
        "{'model_type':'idefics3','vision_config':{'image_size':64}}|config.json: text_config is"
            + " missing",
        "{'model_type':'idefics3','vision_config':{'model_type':'clip_vision_model'}}|config.json:"
            + " vision_config.model_type 'clip_vision_model' is not supported; known:"
            + " idefics3_vision, idefics3, smolvlm_vision, smolvlm",
        "{'model_type':'qwen3_vl','vision_config':{'depth':4}}|config.json:"
            + " vision_config.num_position_embeddings is missing",
        "{'model_type':'qwen3_vl','vision_config':{'num_position_embeddings':5,'depth':4,'hidden_size':16,'intermediate_size':8,'num_heads':2,'patch_size':4}}|config.json:"
            + " vision_config.num_position_embeddings is 5, which is no square",
        "{'model_type':'qwen3_vl','vision_config':{'num_position_embeddings':4,'depth':4,'hidden_size':16,'intermediate_size':8,'num_heads':2,'patch_size':4}}|config.json:"
            + " vision_config.deepstack_visual_indexes is missing",
        "{'model_type':'qwen3_vl','vision_config':{'num_position_embeddings':4,'depth':4,'hidden_size':16,'intermediate_size':8,'num_heads':2,'patch_size':4,'deepstack_visual_indexes':[2,1]}}|config.json:"
            + " vision_config.deepstack_visual_indexes is [2, 1]; the layers must rise within the"
            + " tower's 0..3",
        "{'model_type':'qwen3_vl','vision_config':{'num_position_embeddings':4,'depth':4,'hidden_size':16,'intermediate_size':8,'num_heads':2,'patch_size':4,'deepstack_visual_indexes':[4]}}|config.json:"
            + " vision_config.deepstack_visual_indexes is [4]; the layers must rise within the"
            + " tower's 0..3",
        "{'model_type':'qwen3_vl','vision_config':{'num_position_embeddings':4,'depth':4,'hidden_size':16,'intermediate_size':8,'num_heads':2,'patch_size':4,'deepstack_visual_indexes':[1]},'text_config':{'vocab_size':9,'hidden_size':8,'intermediate_size':8,'num_hidden_layers':1,'num_attention_heads':1,'num_key_value_heads':1,'rms_norm_eps':1e-6,'max_position_embeddings':9,'rope_theta':5e6}}|config.json:"
            + " text_config.head_dim is missing",
        "{'model_type':'qwen3_vl','vision_config':{'num_position_embeddings':4,'depth':4,'hidden_size':16,'intermediate_size':8,'num_heads':2,'patch_size':4,'deepstack_visual_indexes':[1]},'text_config':{'vocab_size':9,'hidden_size':8,'intermediate_size':8,'num_hidden_layers':1,'num_attention_heads':1,'num_key_value_heads':1,'rms_norm_eps':1e-6,'max_position_embeddings':9,'rope_theta':5e6,'head_dim':8,'rope_scaling':{'mrope_section':[2,1,1],'mrope_interleaved':false}}}|config.json:"
            + " text_config.rope_scaling.mrope_interleaved is false; this family's rows and columns"
            + " take turns",
        "{'model_type':'qwen2_5_vl','vision_config':{'depth':2,'hidden_size':16,'intermediate_size':8,'num_heads':2,'patch_size':4,'window_size':16,'fullatt_block_indexes':[1,2]},'image_token_id':1,'text_config':{'vocab_size':9,'hidden_size':8,'intermediate_size':8,'num_hidden_layers':1,'num_attention_heads':1,'num_key_value_heads':1,'rms_norm_eps':1e-6,'max_position_embeddings':9,'rope_theta':5e6,'rope_scaling':{'mrope_section':[2,1,1]}}}|vision_config.fullatt_block_indexes"
            + " is [1, 2], but the tower's layers are 0..1",
        "{'model_type':'qwen2_5_vl','vision_config':{'depth':2,'hidden_size':16,'intermediate_size':8,'num_heads':2,'patch_size':4,'window_size':16,'fullatt_block_indexes':[1]},'image_token_id':1,'text_config':{'vocab_size':9,'hidden_size':8,'intermediate_size':8,'num_hidden_layers':1,'num_attention_heads':1,'num_key_value_heads':1,'rms_norm_eps':1e-6,'max_position_embeddings':9,'rope_theta':5e6,'rope_scaling':{'type':'mrope','rope_type':'yarn','factor':2,'mrope_section':[2,1,1]}}}|rope_type"
            + " is 'yarn' but type is 'mrope'; keep one",
        "{'model_type':'qwen2_5_vl','vision_config':{'depth':2,'hidden_size':16,'intermediate_size':8,'num_heads':2,'patch_size':4,'window_size':16,'fullatt_block_indexes':[1]},'image_token_id':1,'text_config':{'vocab_size':9,'hidden_size':8,'intermediate_size':8,'num_hidden_layers':1,'num_attention_heads':1,'num_key_value_heads':1,'rms_norm_eps':1e-6,'max_position_embeddings':9,'rope_theta':5e6,'rope_scaling':{'type':'dynamic','factor':2,'mrope_section':[2,1,1]}}}|rope_scaling"
            + " with mrope_section has a type that is not supported; known: default, linear,"
            + " llama3, mrope, yarn",
        "{'model_type':'qwen2_5_vl','vision_config':{'depth':2,'hidden_size':16,'intermediate_size':8,'num_heads':2,'patch_size':4,'window_size':16,'fullatt_block_indexes':[1]},'image_token_id':1,'text_config':{'vocab_size':9,'hidden_size':8,'intermediate_size':8,'num_hidden_layers':1,'num_attention_heads':1,'num_key_value_heads':1,'rms_norm_eps':1e-6,'max_position_embeddings':9,'rope_theta':5e6,'rope_scaling':{'type':'yarn','mrope_section':[2,1,1]}}}|factor"
            + " is missing",
        "{'model_type':'qwen3_vl','vision_config':{'num_position_embeddings':4,'depth':4,'hidden_size':16,'intermediate_size':8,'num_heads':2,'patch_size':4,'deepstack_visual_indexes':[1,2]},'image_token_id':1,'text_config':{'vocab_size':9,'hidden_size':8,'intermediate_size':8,'num_hidden_layers':1,'num_attention_heads':1,'num_key_value_heads':1,'rms_norm_eps':1e-6,'max_position_embeddings':9,'rope_theta':5e6,'head_dim':8,'rope_scaling':{'mrope_section':[2,1,1]}}}|deepstack_visual_indexes"
            + " has 2 layers, but the decoder has 1",
        "{'model_type':'qwen2_5_vl','vision_config':{'model_type':'qwen2_5_vl'}}|config.json:"
            + " vision_config.patch_size is missing",
        "{'model_type':'qwen2_vl','vision_config':{'embed_dim':16,'mlp_ratio':2,'rope_parameters':{'rope_type':'axial','rope_theta':500}}}|config.json:"
            + " vision_config.rope_parameters is {\"rope_type\":\"axial\",\"rope_theta\":500}; only"
            + " rope_type axial with rope_theta 10000 is supported",
        "{'model_type':'blip-2','image_token_index':50272}|image_token_index 50272 is outside",
        "{'model_type':'blip-2','use_decoder_only_language_model':false,'text_config':{'model_type':'t5'}}|config.json:"
            + " text_config.model_type 't5' is not supported: FLAN-T5 reads the prompt in an"
            + " encoder of its own; use the checkpoint with OPT or Vicuna",
        "{'model_type':'instructblip','image_token_index':1,'num_query_tokens':0}|num_query_tokens"
            + " must be at least 1 but is 0",
        "{'model_type':'instructblip','image_token_index':1,'qformer_config':{'hidden_size':10}}|qformer"
            + " hidden_size 10 must be a multiple of num_attention_heads 12",
        "{'model_type':'instructblip','image_token_index':1,'qformer_config':{'position_embedding_type':'relative_key'}}|config.json:"
            + " qformer_config.position_embedding_type 'relative_key' is not supported; known:"
            + " absolute",
        "{'model_type':'instructblip','image_token_index':1,'vision_config':{'model_type':'clip_vision_model'}}|config.json:"
            + " vision_config.model_type 'clip_vision_model' is not supported; known:"
            + " instructblip_vision_model, blip_2_vision_model",
        "{'model_type':'llava'}|image_token_index 32000 is outside the text model's vocabulary of"
            + " 32000",
        "{'model_type':'llava','image_token_id':-1}|image_token_index -1 is outside",
        "{'model_type':'llava','image_token_id':1,'vision_feature_layer':25}|vision_feature_layer"
            + " is 25 but the tower has hidden states 0..24",
        "{'model_type':'llava','image_token_id':1,'vision_feature_layer':[-26]}|vision_feature_layer"
            + " is -26",
        "{'model_type':'llava','image_token_id':1,'vision_feature_layer':[]}|vision_feature_layer"
            + " is an empty list",
        "{'model_type':'llava','image_token_id':1,'vision_feature_layer':'x'}|vision_feature_layer"
            + " must be a 32-bit integer but is \"x\"",
        "{'model_type':'llava','image_token_id':1,'vision_feature_select_strategy':'patch'}|Unknown"
            + " vision_feature_select_strategy 'patch'; known: default, full",
        "{'model_type':'llava','text_config':[]}|config.json: text_config must be an object but is"
            + " []",
      })
  void refusesWhatIsNotASupportedLlava(String config, String problem) {
    assertRefused(config, problem);
  }

  /** InstructBlipVisionConfig and InstructBlipQFormerConfig of transformers 4.57.1. */
  @Test
  void hasEveryDefaultOfAQFormer() {
    LlavaConfig config =
        read(
            "{'model_type':'instructblip','image_token_index':5,'text_config':{'model_type':'llama'}}");
    assertThat(config.vision())
        .isEqualTo(
            new VisionConfig(
                new Encoder(1408, 6144, 39, 16, Activation.GELU, 1e-6), 3, 224, 14, EvaKind.EVA));
    assertThat(config.family().queries())
        .contains(
            new QFormerConfig(
                32,
                new Encoder(768, 3072, 12, 12, Activation.GELU, 1e-12),
                2,
                new QFormerWords(30522, 512)));
    assertThat(config.viewTokens()).isEqualTo(32);
    assertThat(config.features()).isEqualTo(257);
    assertThat(config.selection().layers()).containsExactly(39);
    LlavaConfig blip2 =
        read("{'model_type':'blip-2','image_token_id':5,'vision_config':{'qkv_bias':false}}");
    assertThat(blip2.connector().readsText()).isFalse();
    assertThat(blip2.vision().kind()).isEqualTo(EvaKind.EVA_WITHOUT_BIASES);
  }

  /** Blip2Config and InstructBlipConfig take OPT where text_config names no other decoder. */
  @ParameterizedTest
  @ValueSource(strings = {"blip-2", "instructblip"})
  void theDecoderBehindAQFormerIsOptUnlessItIsNamed(String type) {
    LlavaConfig bare = read("{'model_type':'" + type + "'}");
    assertThat(bare.text())
        .isEqualTo(text("{'model_type':'opt'}"))
        .isEqualTo(read("{'model_type':'" + type + "','text_config':{}}").text());
    assertThat(bare.imageTokenId()).isEqualTo(50271);
    assertThat(read("{'model_type':'" + type + "','text_config':{'hidden_size':1536}}").text())
        .isEqualTo(text("{'model_type':'opt','hidden_size':1536}"));
  }

  @ParameterizedTest
  @CsvSource({"-25, 0", "-1, 24", "0, 0", "24, 24", "-2, 23"})
  void countsNegativeLayersFromTheEnd(int stated, int index) {
    assertThat(
            read("{'model_type':'llava','image_token_id':1,'vision_feature_layer':" + stated + "}")
                .selection()
                .layers())
        .containsExactly(index);
  }

  @ParameterizedTest
  @ValueSource(strings = {"quick_gelu", "gelu", "gelu_new", "gelu_pytorch_tanh", "relu", "silu"})
  void knowsTheActivations(String name) {
    assertThat(text("{'hidden_act':'" + name + "'}").mlp().activation().toString())
        .isEqualTo(name.replace("_new", "_tanh").replace("_pytorch", "").toUpperCase());
    assertThat(Activation.named("swish")).isEqualTo(Activation.SILU);
  }

  private static TextConfig text(String text) {
    return read("{'model_type':'llava','image_token_id':1,'text_config':" + text + "}").text();
  }

  private static LlavaConfig read(String config) {
    return Families.config(Json.settings("config.json", config));
  }

  private static void assertRefused(String config, String problem) {
    assertThatThrownBy(() -> read(config))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(problem);
  }
}
