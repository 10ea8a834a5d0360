package io.prumerge.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.architecture.ClipKind;
import io.prumerge.architecture.LlamaBiases;
import io.prumerge.architecture.LlamaWeights;
import io.prumerge.config.Activation;
import io.prumerge.config.AttentionHeads;
import io.prumerge.config.Encoder;
import io.prumerge.config.FeatureSelect;
import io.prumerge.config.FeatureSelection;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.MlpConfig;
import io.prumerge.config.ModelFamily;
import io.prumerge.config.PositionConfig;
import io.prumerge.config.RopeScaling;
import io.prumerge.config.TextConfig;
import io.prumerge.config.TwoLinearLayers;
import io.prumerge.config.VisionConfig;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelShapeTest {

  @Test
  void dimensionsComeFromTheCheckpointsConfiguration() {
    LlavaConfig config =
        new LlavaConfig(
            ModelFamily.builder("llava", new TwoLinearLayers(Activation.GELU, true)).build(),
            new VisionConfig(
                new Encoder(6, 10, 5, 2, Activation.QUICK_GELU, 1e-5), 3, 14, 4, ClipKind.CLIP),
            new TextConfig(
                13,
                7,
                new MlpConfig(11, Activation.SILU),
                3,
                new AttentionHeads(6, 2, 4),
                new PositionConfig(
                    64, Optional.of(new RopeScaling.Default(10_000)), OptionalInt.empty()),
                1e-5,
                new LlamaBiases(false, false, true)),
            12,
            new FeatureSelection(List.of(1, 2), FeatureSelect.DEFAULT),
            true);
    LlamaWeights weights =
        LlamaWeights.builder()
            .width(7)
            .mlp(11)
            .layers(3)
            .queries(24)
            .keys(8)
            .vocabulary(13)
            .biases(new LlamaBiases(false, false, true))
            .tied(true)
            .build();

    assertThat(CostModel.of(config).shape())
        .isEqualTo(Shapes.llava(Shapes.SHALLOW, new DecoderShape(weights, 6, 2, 4)));
  }

  @ParameterizedTest
  @CsvSource({"0, 23, 1", "1024, 25, 1", "1024, -1, 1", "1024, 23, 0"})
  void impossibleTowersAreRefused(int width, int featureDepth, int patches) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shapes.clip(width, 4096, 24, 16, featureDepth, 1024, patches, 14))
        .withMessageStartingWith("Cannot count a ");
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 1", "1, 0, 1", "1, 1, 0"})
  void impossibleDecodersAreRefused(int width, int heads, int vocabulary) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shapes.llama(width, 1, 1, heads, 1, 1, vocabulary))
        .withMessageStartingWith("Cannot count a model with dimensions [");
  }
}
