package io.prumerge.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.architecture.LlamaBiases;
import io.prumerge.architecture.LlamaWeights;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.DecoderShape;
import io.prumerge.cost.Matrix;
import io.prumerge.cost.ModelShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeTableTest {

  private static final ShapeTable SHAPES = ShapeTable.bundled();

  @ParameterizedTest
  @CsvSource({
    "llava-1.5-7b,  6738415616,  324487168, 576",
    "llava-1.5-13b, 13015864320, 334974976, 576",
    "llava-1.6-vicuna-7b, 6738415616, 324487168, 2880",
    "llava-1.6-mistral-7b, 7241732096, 324487168, 2880",
    "llava-1.6-34b, 34388917248, 362242048, 2880",
    "llava-onevision-0.5b, 494090112, 399584544, 7290",
    "llava-onevision-7b, 7616075264, 414728736, 7290",
    "qwen2.5-vl-3b, 3085938688, 668684288, 391",
    "qwen2.5-vl-7b, 7615616512, 676550144, 391",
    "qwen3-vl-4b, 4022468096, 415347712, 300",
    "qwen3-vl-8b, 8190735360, 576388336, 300",
    "internvl3-8b, 7612820992, 331552768, 3328",
    "internvl3.5-8b, 8190735360, 337583104, 3328",
    "qwen-vl, 7721324544, 1935610624, 256",
    "idefics-9b, 8089064464, 840615168, 64"
  })
  void parametersAreThoseOfTheCheckpoints(String name, long text, long vision, int tokens) {
    NamedShape shape = SHAPES.named(name);

    assertThat(shape.shape().decoder().parameters()).isEqualTo(text);
    assertThat(shape.shape().visionParameters()).isEqualTo(vision);
    assertThat(shape.shape().parameters()).isEqualTo(text + vision);
    assertThat(shape.visualTokens()).isEqualTo(tokens);
  }

  @Test
  void everyShapeCanBeCounted() {
    assertThat(SHAPES.names()).hasSize(17).contains("mini");
    assertThat(SHAPES.names())
        .allSatisfy(
            name ->
                assertThat(new CostModel(SHAPES.named(name).shape()).decoder().prefill(1))
                    .isPositive());
  }

  @Test
  void theTowerAndTheProjectorAreCounted() {
    ModelShape shape = SHAPES.named("llava-1.5-7b").shape();

    assertThat(shape.tower().parameters()).isEqualTo(303_507_456L);
    assertThat(shape.visionParameters() - shape.tower().parameters()).isEqualTo(20_979_712L);
    assertThat(shape.parameters()).isEqualTo(7_062_902_784L);
    assertThat(Matrix.weights(shape.decoder().layer()) * 32).isEqualTo(6_476_005_376L);
  }

  /** Parameters above, and these FLOPs, are those of the authors' modules of these dimensions. */
  @Test
  void theFirstQwensTowerAndConnectorAreCounted() {
    CostModel cost = new CostModel(SHAPES.named("qwen-vl").shape());

    assertThat(cost.tower().features() + cost.connector().of(256, 0)).isEqualTo(4_218_587_971_584L);
    assertThat(SHAPES.named("qwen-vl").hasPatches()).isFalse();
  }

  /** Settings as they are published; a photograph of 640 x 480 pixels. */
  @ParameterizedTest
  @CsvSource({
    "qwen2.5-vl-3b, 2048, 11008, 36, 16, 2, 151936, true",
    "qwen2.5-vl-7b, 3584, 18944, 28, 28, 4, 152064, false",
  })
  void qwenHasTheDimensionsOfItsCheckpoint(
      String name,
      int width,
      int mlp,
      int layers,
      int heads,
      int keyHeads,
      int vocabulary,
      boolean tied,
      @TempDir Path folder)
      throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        String.format(
            Locale.ROOT,
            """
            {"model_type": "qwen2_5_vl", "image_token_id": 151655, "hidden_size": %d,
             "intermediate_size": %d, "num_hidden_layers": %d, "num_attention_heads": %d,
             "num_key_value_heads": %d, "vocab_size": %d, "tie_word_embeddings": %b,
             "max_position_embeddings": 128000, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0,
             "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]},
             "use_sliding_window": false, "hidden_act": "silu",
             "vision_config": {"depth": 32, "hidden_size": 1280, "intermediate_size": 3420,
              "num_heads": 16, "out_hidden_size": %d, "patch_size": 14, "spatial_merge_size": 2,
              "window_size": 112, "fullatt_block_indexes": [7, 15, 23, 31], "in_chans": 3}}
            """,
            width,
            mlp,
            layers,
            heads,
            keyHeads,
            vocabulary,
            tied,
            width));
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        """
        {"min_pixels": 3136, "max_pixels": 12845056, "patch_size": 14, "temporal_patch_size": 2,
         "merge_size": 2, "image_mean": [0.48145466, 0.4578275, 0.40821073],
         "image_std": [0.26862954, 0.26130258, 0.27577711],
         "image_processor_type": "Qwen2VLImageProcessor"}
        """);

    assertThat(SHAPES.named(name).shape())
        .isEqualTo(ModelShape.of(Checkpoint.configuration(folder)));
  }

  /**
   * torch's FlopCounterMode over transformers' tower and resampler of these dimensions, and over
   * the decoder with a prompt of 100 tokens, one image and the head of the last one.
   */
  @Test
  void ideficsIsThatOfItsCheckpoint(@TempDir Path folder) throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"model_type": "idefics", "image_token_id": 32001, "vocab_size": 32000,
         "additional_vocab_size": 2, "hidden_size": 4096, "intermediate_size": 11008,
         "num_hidden_layers": 32, "num_attention_heads": 32, "cross_layer_interval": 4,
         "qk_layer_norms": true, "alpha_type": "float", "use_resampler": true,
         "perceiver_config": {"qk_layer_norms_perceiver": true, "resampler_n_latents": 64,
          "resampler_depth": 6, "resampler_n_heads": 16, "resampler_head_dim": 96},
         "vision_config": {"embed_dim": 1280, "image_size": 224, "patch_size": 14}}
        """);
    ModelShape shape = SHAPES.named("idefics-9b").shape();
    assertThat(shape).isEqualTo(ModelShape.of(Checkpoint.configuration(folder)));
    CostModel cost = new CostModel(shape);
    long keys = 2L * 64 * 1280 * 2 * 4096 * 8;
    assertThat(cost.tower().features()).isEqualTo(334587658240L);
    assertThat(cost.connector().of(64, 0)).isEqualTo(28990242816L + keys);
    assertThat(cost.decoder().prefill(100) + cost.decoder().crossing(100, 64) + keys)
        .isEqualTo(1582395572224L);
  }

  /** Settings as they are published; the head is the embedding of the smaller one. */
  @ParameterizedTest
  @CsvSource({
    "qwen3-vl-4b, 2560, 9728, true, 24, 1024, 4096, '5, 11, 17'",
    "qwen3-vl-8b, 4096, 12288, false, 27, 1152, 4304, '8, 16, 24'",
  })
  void qwen3HasTheDimensionsOfItsCheckpoint(
      String name,
      int width,
      int mlp,
      boolean tied,
      int depth,
      int towerWidth,
      int towerMlp,
      String deeper,
      @TempDir Path folder)
      throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        String.format(
            Locale.ROOT,
            """
            {"model_type": "qwen3_vl", "image_token_id": 151655, "tie_word_embeddings": %3$b,
             "text_config": {"model_type": "qwen3_vl_text", "hidden_size": %1$d,
              "intermediate_size": %2$d, "num_hidden_layers": 36, "num_attention_heads": 32,
              "num_key_value_heads": 8, "head_dim": 128, "vocab_size": 151936,
              "tie_word_embeddings": %3$b, "max_position_embeddings": 262144,
              "rms_norm_eps": 1e-06, "rope_theta": 5000000, "hidden_act": "silu",
              "attention_bias": false, "rope_scaling": {"mrope_interleaved": true,
               "mrope_section": [24, 20, 20], "rope_type": "default"}},
             "vision_config": {"model_type": "qwen3_vl", "depth": %4$d, "hidden_size": %5$d,
              "intermediate_size": %6$d, "num_heads": 16, "out_hidden_size": %1$d,
              "hidden_act": "gelu_pytorch_tanh", "patch_size": 16, "spatial_merge_size": 2,
              "temporal_patch_size": 2, "num_position_embeddings": 2304, "in_channels": 3,
              "deepstack_visual_indexes": [%7$s]}}
            """,
            width,
            mlp,
            tied,
            depth,
            towerWidth,
            towerMlp,
            deeper));
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        """
        {"size": {"shortest_edge": 65536, "longest_edge": 16777216}, "patch_size": 16,
         "temporal_patch_size": 2, "merge_size": 2, "image_mean": [0.5, 0.5, 0.5],
         "image_std": [0.5, 0.5, 0.5], "image_processor_type": "Qwen2VLImageProcessorFast"}
        """);

    assertThat(SHAPES.named(name).shape())
        .isEqualTo(ModelShape.of(Checkpoint.configuration(folder)));
  }

  /** torch's FlopCounterMode over transformers' tower and mergers of these dimensions. */
  @ParameterizedTest
  @CsvSource({
    "qwen2.5-vl-3b, 391, 2067303383040",
    "qwen2.5-vl-7b, 391, 2073453281280",
    "qwen3-vl-4b, 300, 935539507200",
    "qwen3-vl-8b, 300, 1266234163200"
  })
  void qwensWindowsAreCountedAsWindows(String name, int tokens, long flops) {
    CostModel cost = new CostModel(SHAPES.named(name).shape());

    assertThat(cost.tower().features() + cost.connector().of(tokens, 0)).isEqualTo(flops);
  }

  @Test
  void tyingAndBiasesChangeParameters() {
    DecoderShape plain = decoder(false);
    DecoderShape tied = decoder(true);

    assertThat(plain.parameters())
        .isEqualTo(2 * 80 + 2 * (8 * 12 + 2 * 8 * 6 + 12 * 8 + 3 * 8 * 12 + 16) + 8);
    assertThat(tied.parameters())
        .isEqualTo(plain.parameters() - 80 + 2 * (12 + 6 + 6 + 8 + 12 + 12 + 8));
  }

  private static DecoderShape decoder(boolean all) {
    LlamaWeights weights =
        LlamaWeights.builder()
            .width(8)
            .mlp(12)
            .layers(2)
            .queries(12)
            .keys(6)
            .vocabulary(10)
            .biases(new LlamaBiases(all, all, all))
            .tied(all)
            .build();
    return new DecoderShape(weights, 4, 2, 3);
  }

  @Test
  void listsWhatItKnows() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SHAPES.named("7b"))
        .withMessageStartingWith("Unknown shape '7b'; known: llava-1.5-7b, llava-1.5-13b, ");
  }

  @Test
  void theMiniatureHasTheDimensionsOfItsCheckpoint() {
    Path folder = Path.of(System.getProperty("project.root"), "conf", "mini-llava");
    assertThat(SHAPES.named("mini").shape())
        .isEqualTo(ModelShape.of(Checkpoint.configuration(folder)));
  }
}
