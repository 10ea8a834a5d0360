package io.prumerge.model.tower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.model.GoldenModel;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.ModelGoldenTest;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.torch.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Features of other layers than the last but one; mha's tower has four layers, 48 wide. */
class VisionTowerTest {

  private static final String INPUT = "wide.png@pad";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"-1", "-3", "0"})
  void scoresComeFromTheLastLayerWhateverTheFeatures(String layer) throws IOException {
    try (GoldenModel golden = new GoldenModel("mha", Precision.FP32);
        LlavaModel model = withFeatures(layer);
        EncodedImage image = encode(golden, model, VisionTower.Depth.SCORES);
        Reduction reduced = TokenReducers.of(MethodSpec.parse("prumerge")).reduce(image)) {
      ModelGoldenTest.assertClose(
          image.clsAttention(), golden.tensor(INPUT + "/attention"), "attention");
      assertThat(reduced.tokens()).isGreaterThan(1);
    }
  }

  @Test
  void aTowerRunForEarlyFeaturesHasNoScores() throws IOException {
    try (GoldenModel golden = new GoldenModel("mha", Precision.FP32);
        LlavaModel model = withFeatures("-3");
        EncodedImage image = encode(golden, model, VisionTower.Depth.FEATURES)) {
      assertThatThrownBy(image::clsAttention)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("last layer");
    }
  }

  @Test
  void anImageThatCannotBeMadeLeavesNoneOfItsBatchOpen() throws IOException {
    try (GoldenModel golden = new GoldenModel("mha", Precision.FP32)) {
      float[] pixels = golden.pixels(INPUT);
      List<ImageInput> inputs =
          List.of(new ImageInput(pixels, new byte[32]), new ImageInput(pixels, null));
      long before = OpenValues.count();
      assertThatThrownBy(() -> golden.model.vision().encode(inputs, VisionTower.Depth.SCORES))
          .isInstanceOf(NullPointerException.class);
      assertThat(OpenValues.count()).isEqualTo(before);
    }
  }

  private static EncodedImage encode(GoldenModel golden, LlavaModel model, VisionTower.Depth depth)
      throws IOException {
    ImageInput input = new ImageInput(golden.pixels(INPUT), new byte[32]);
    return model.vision().encode(List.of(input), depth).get(0);
  }

  private LlavaModel withFeatures(String layer) throws IOException {
    Goldens.copyCheckpoint("mha", folder);
    Path file = folder.resolve("config.json");
    Files.writeString(
        file,
        Files.readString(file)
            .replace("\"vision_feature_layer\": -2", "\"vision_feature_layer\": " + layer));
    return LlavaModel.load(Checkpoint.open(folder), Device.cpu(), Precision.FP32);
  }
}
