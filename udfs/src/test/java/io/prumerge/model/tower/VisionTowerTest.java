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
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Features of other layers than the last but one; mha's tower has four layers, 48 wide. */
@Tag("model")
class VisionTowerTest {

  private static final String INPUT = "wide.png@pad";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"-1", "-3", "0"})
  void scoresComeFromTheLastLayerWhateverTheFeatures(String layer) throws IOException {
    try (GoldenModel golden = new GoldenModel("mha", Precision.FP32);
        LlavaModel model = withFeatures(layer);
        EncodedView image = encode(golden, model, TowerDepth.SCORES);
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
        EncodedView image = encode(golden, model, TowerDepth.FEATURES)) {
      assertThatThrownBy(image::clsAttention)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("last layer");
    }
  }

  @Test
  void anImageThatCannotBeMadeLeavesNoneOfItsBatchOpen() throws IOException {
    try (GoldenModel golden = new GoldenModel("mha", Precision.FP32)) {
      float[] pixels = golden.pixels(INPUT);
      List<PreparedView> inputs =
          List.of(new PreparedView(pixels, new byte[32]), new PreparedView(pixels, null));
      long before = OpenValues.count();
      assertThatThrownBy(() -> golden.model.vision().encode(inputs, TowerDepth.SCORES))
          .isInstanceOf(NullPointerException.class);
      assertThat(OpenValues.count()).isEqualTo(before);
    }
  }

  /** A GPU's host waits for every result; the values are those that each image reads by itself. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void attentionAndMeanKeysOfAllImagesOfABatchAreReadWithOneWait(int count) throws IOException {
    try (GoldenModel golden = new GoldenModel("mha", Precision.FP32)) {
      List<PreparedView> inputs = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        float[] pixels = golden.pixels(INPUT);
        pixels[i] += i;
        inputs.add(new PreparedView(pixels, new byte[32]));
      }
      List<TokenReducer> reducers =
          Stream.of("prumerge", "visionzip:tokens=4")
              .map(spec -> TokenReducers.of(MethodSpec.parse(spec)))
              .toList();
      TowerDepth depth = TowerDepth.of(reducers);
      TowerDepth unread = new TowerDepth(true, true, depth.watched(), Set.of(), Set.of());
      long before = OpenValues.count();
      List<float[]> together = seen(golden, inputs, depth, 1);
      List<float[]> apart = seen(golden, inputs, unread, 3 * count);
      assertThat(together).containsExactlyElementsOf(apart).hasSize(3 * count);
      assertThat(OpenValues.count()).isEqualTo(before);
    }
  }

  /** FlowCut sees three things of each of the two layers below the last of three. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void whatAMethodSeesOfALayerInsideIsReadWithOneWait(int count) throws IOException {
    try (GoldenModel golden = new GoldenModel("mha", Precision.FP32)) {
      List<PreparedView> inputs =
          Collections.nCopies(count, new PreparedView(golden.pixels(INPUT), new byte[32]));
      TokenReducer flowCut = TokenReducers.of(MethodSpec.parse("flowcut:tokens=8"));
      long before = Torch.reads();
      List<EncodedView> images =
          golden.model.vision().encode(inputs, TowerDepth.of(List.of(flowCut)));
      assertThat(Torch.reads() - before).isEqualTo(2);
      images.forEach(EncodedView::close);
    }
  }

  private static List<float[]> seen(
      GoldenModel golden, List<PreparedView> inputs, TowerDepth depth, int reads) {
    long before = Torch.reads();
    List<EncodedView> images = golden.model.vision().encode(inputs, depth);
    List<float[]> seen = new ArrayList<>();
    for (EncodedView image : images) {
      assertThat(image.evidence().used()).isEmpty();
      seen.add(image.clsAttention());
      seen.add(image.of(new TowerEvidence.ClassAttention(new TowerLayer.Last())));
      seen.add(image.of(new TowerEvidence.HeadMeanKeys(new TowerLayer.Last())));
    }
    assertThat(Torch.reads() - before).isEqualTo(reads);
    images.forEach(EncodedView::close);
    return seen;
  }

  private static EncodedView encode(GoldenModel golden, LlavaModel model, TowerDepth depth)
      throws IOException {
    PreparedView input = new PreparedView(golden.pixels(INPUT), new byte[32]);
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
