package io.prumerge.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClipLayerTest {

  private static final long WIDTH = 4;
  private static final long MLP = 6;

  private final ClipLayer layer =
      new ClipLayer(WIDTH, MLP)
          .norms("before", "after", false)
          .fusedQkv("qkv", 2, true)
          .output("out")
          .mlp("up", "down");

  @Test
  void leavesOutWhatATowerDoesNotName() {
    List<Weight> weights = layer.block("layers.0.").weights();
    assertThat(weights).hasSameSizeAs(ClipLayer.STRUCT.fields());
    assertThat(weights.stream().filter(Weight::read).map(Weight::field))
        .containsExactly(
            "norm1",
            "q",
            "q_bias",
            "k",
            "k_bias",
            "v",
            "v_bias",
            "out",
            "out_bias",
            "norm2",
            "fc1",
            "fc1_bias",
            "fc2",
            "fc2_bias");
  }

  @Test
  void takesQueriesKeysAndValuesOfEachGroupOfAFusedLayersRows() {
    Weight keys = layer.block("").weights().get(4);
    assertThat(keys.field()).isEqualTo("k");
    assertThat(keys.shape()).containsExactly(WIDTH, WIDTH);
    assertThat(keys.stored()).containsExactly(3 * WIDTH, WIDTH);
    assertThat(keys.slice()).isEqualTo(Optional.of(new WeightSlice(WIDTH / 2, 3 * WIDTH, 2)));
  }

  @Test
  void scoresByNormQueriesAndKeys() {
    WeightBlock scores = layer.scores("layers.1.");
    assertThat(scores.struct()).isEqualTo("ClipScores");
    assertThat(scores.prefix()).isEqualTo("layers.1.");
    assertThat(scores.weights().stream().map(Weight::field))
        .containsExactlyElementsOf(
            ClipLayer.SCORES.fields().stream().map(WeightField::name).toList())
        .endsWith("q_norm", "k_norm");
    assertThat(layer.rest().map(Weight::field)).startsWith("v", "v_bias", "out");
  }
}
