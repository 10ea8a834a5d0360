package io.prumerge.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

/** How a decoder's weights are described. */
class LlamaWeightsTest {

  private static LlamaWeights.Builder small() {
    return LlamaWeights.builder().width(8).mlp(12).layers(2).queries(8).keys(4).vocabulary(10);
  }

  @Test
  void whatIsNotSetIsPlainLlama() {
    LlamaWeights plain = small().build();
    assertThat(plain.biases()).isEqualTo(new LlamaBiases(false, false, false));
    assertThat(plain.tied()).isFalse();
    assertThat(plain.headNorms()).isZero();
    assertThat(plain.moreVocabulary()).isZero();
    assertThat(plain.cross()).isEmpty();
    assertThat(small().tied(true).headNorms(4).build()).isNotEqualTo(plain);
    assertThat(small().build()).isEqualTo(plain);
  }

  @Test
  void aDimensionThatIsMissingIsNamed() {
    assertThatIllegalStateException()
        .isThrownBy(() -> LlamaWeights.builder().width(8).mlp(12).layers(2).queries(8).build())
        .withMessage("Cannot describe a decoder without its keys: set it first");
  }
}
