package io.prumerge.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.config.Activation;
import io.prumerge.config.GenerationDefaults;
import io.prumerge.config.RopeScaling;
import io.prumerge.config.TwoLinearLayers;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Opens the checkpoints that transformers made the goldens from; see notebooks/goldens. */
final class GoldenCheckpointTest {

  @Test
  void opensOneFileWithOldNames() throws URISyntaxException {
    Checkpoint checkpoint = open("mha");
    assertThat(checkpoint.config().vision().patches()).isEqualTo(576);
    assertThat(checkpoint.config().imageTokenId()).isEqualTo(678);
    assertThat(checkpoint.config().text().positions().trained()).isEqualTo(4096);
    assertThat(checkpoint.config().tied()).isFalse();
    assertThat(checkpoint.tensor("language_model.lm_head.weight").shape())
        .isEqualTo(List.of(688L, 48L));
    assertThat(checkpoint.generation())
        .isEqualTo(
            new GenerationDefaults(
                List.of(2), 679, OptionalInt.empty(), 20, OptionalInt.empty(), 0, 1));
  }

  @Test
  void opensShardsWithATiedHead() throws URISyntaxException {
    Checkpoint checkpoint = open("gqa");
    assertThat(checkpoint.config().tied()).isTrue();
    assertThat(checkpoint.config().text().heads().keys()).isEqualTo(2);
    assertThat(checkpoint.config().text().heads().width()).isEqualTo(24);
    assertThat(checkpoint.config().text().positions().rope().orElseThrow())
        .isEqualTo(new RopeScaling.Default(500000));
    assertThat(checkpoint.tensors()).doesNotContainKey("language_model.lm_head.weight");
    assertThat(checkpoint.generation().maxLength()).isEqualTo(64);
  }

  @Test
  void opensBf16WithTheNamesOfVersion5() throws URISyntaxException {
    Checkpoint checkpoint = open("bf16");
    assertThat(checkpoint.config().text().positions().rope().orElseThrow())
        .isEqualTo(new RopeScaling.Llama3(10000, 4, 1, 4, 128));
    assertThat(checkpoint.config().text().biases().attention()).isTrue();
    assertThat(checkpoint.config().vision().encoder().activation()).isEqualTo(Activation.GELU);
    assertThat(checkpoint.config().family().linear())
        .contains(new TwoLinearLayers(Activation.GELU, false));
    assertThat(checkpoint.tensors().values())
        .extracting(TensorEntry::type)
        .containsOnly(TensorType.BF16);
    assertThat(checkpoint.generation().eosTokenIds()).containsExactly(2, 297);
    assertThat(checkpoint.generation().newTokensAtMost(700)).isEqualTo(16);
  }

  private static Checkpoint open(String name) throws URISyntaxException {
    URL url = GoldenCheckpointTest.class.getResource("/goldens/checkpoints/" + name);
    return Checkpoint.open(Path.of(Objects.requireNonNull(url, name).toURI()));
  }
}
