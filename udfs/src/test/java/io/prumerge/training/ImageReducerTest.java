package io.prumerge.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.Goldens;
import io.prumerge.engine.EngineConfigs;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.engine.ModelLease;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.Stage;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("model")
class ImageReducerTest {

  private static final LoraSettings WITH = new LoraSettings(2, 4, true, 0);
  private static final LoraSettings WITHOUT = new LoraSettings(2, 4, false, 0);

  private static ModelLease lease;
  private static byte[] picture;

  @BeforeAll
  static void open() throws IOException {
    lease =
        LlavaEngine.acquire(
            EngineConfigs.of(
                Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString(),
                DeviceChoice.CPU,
                -1,
                DtypeChoice.FP32,
                ImageAspect.PAD,
                "vicuna_v1"));
    picture = Files.readAllBytes(Goldens.path("images/wide.png"));
  }

  @AfterAll
  static void close() {
    lease.close();
    LlavaEngine.releaseIdle();
  }

  private static ImageReducer reducer(String method, LoraSettings lora) {
    return ImageReducer.of(lease, MethodSpec.parse(method), lora);
  }

  @Test
  void givesTheRowsThatTheMethodLeaves() throws ImageException {
    ReducedImage all = reducer("none", WITH).reduce(picture, "");
    assertThat(all.rows()).isEqualTo(144);
    assertThat(all.width()).isEqualTo(192);
    assertThat(all.stage()).isEqualTo(Stage.BEFORE_CONNECTOR);
    ReducedImage some = reducer("uniform:tokens=12", WITH).reduce(picture, "");
    assertThat(some.rows()).isEqualTo(12);
    int patch = 0;
    for (int row = 0; row < some.rows(); row++) {
      while (patch < all.rows() && !Arrays.equals(row(all, patch), row(some, row))) {
        patch++;
      }
    }
    assertThat(patch).as("each row is a patch, in their order").isLessThan(all.rows());
    int kept = reducer("prumerge", WITH).reduce(picture, "").rows();
    assertThat(kept).isBetween(2, 100);
    assertThat(reducer("uniform:tokens=@prumerge", WITH).reduce(picture, "").rows())
        .as("a size that another method has, image by image")
        .isEqualTo(kept);
  }

  private static float[] row(ReducedImage image, int row) {
    int width = image.width();
    return Arrays.copyOfRange(image.values(), row * width, (row + 1) * width);
  }

  @Test
  void reducesOnceForAllQuestionsOrOnceForEach() throws ImageException {
    ImageReducer blind = reducer("prumerge", WITH);
    assertThat(blind.perQuestion()).isFalse();
    List<ReducedImage> same = blind.reduce(picture, List.of("Is it red?", "Is it a dog?"));
    assertThat(same.get(1)).isSameAs(same.get(0));
    ImageReducer asking = reducer("mmtok:tokens=9", WITHOUT);
    assertThat(asking.perQuestion()).isTrue();
    assertThat(asking.reduce(picture, List.of("Is it red?", "Is it a dog?")))
        .extracting(ReducedImage::rows)
        .containsExactly(9, 9);
    assertThat(blind.reduce(picture, List.of())).isEmpty();
  }

  @Test
  void refusesMethodsWhoseTokensATrainingWouldChange() {
    for (String method : List.of("fastv", "fastv:flops=@prumerge", "prumerge..fastv")) {
      assertThatThrownBy(() -> reducer(method, WITHOUT))
          .isInstanceOf(ReductionException.class)
          .hasMessageContaining("inside the decoder");
    }
    assertThatThrownBy(() -> reducer("mmtok:tokens=9", WITH))
        .isInstanceOf(ReductionException.class)
        .hasMessageContaining("Leave the connector as it is");
    ImageReducer holov = reducer("holov:tokens=12", WITHOUT);
    assertThat(holov.perQuestion()).isFalse();
    assertThatThrownBy(() -> reducer("holov:tokens=12", WITH).reduce(picture, ""))
        .isInstanceOf(ReductionException.class)
        .hasMessageContaining("Leave the connector as it is");
  }

  @Test
  void leavesNoNativeValueAlsoForABrokenPicture() throws ImageException {
    ImageReducer reducer = reducer("prumerge", WITH);
    reducer.reduce(picture, "");
    long before = OpenValues.atRest();
    reducer.reduce(picture, "");
    assertThatThrownBy(() -> reducer.reduce(new byte[] {1, 2}, ""))
        .isInstanceOf(ImageException.class);
    assertThat(OpenValues.atRest()).isEqualTo(before);
  }

  @Test
  void aTrainingTakesTheTokens() throws ImageException {
    ReducedImage image = reducer("prumerge", WITH).reduce(picture, "");
    int slot = lease.model().checkpoint().config().imageTokenId();
    TrainingExample example =
        new TrainingExample(
            Optional.of(image),
            new int[] {1, slot, 20, 21},
            new boolean[] {false, false, false, true});
    try (AdapterTrainer trainer = AdapterTrainer.open(lease, Small.settings(WITH, 100, true))) {
      assertThat(trainer.step(List.of(example)).loss()).isPositive();
    }
  }
}
