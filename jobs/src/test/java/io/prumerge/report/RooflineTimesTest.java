package io.prumerge.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.cost.ModelShape;
import io.prumerge.cost.TokenSchedule;
import io.prumerge.cost.TowerCost;
import io.prumerge.estimate.AttentionKernel;
import io.prumerge.estimate.CostMode;
import io.prumerge.estimate.Estimate;
import io.prumerge.estimate.HardwareTable;
import io.prumerge.estimate.NamedShape;
import io.prumerge.estimate.PrecisionScheme;
import io.prumerge.estimate.PromptTokens;
import io.prumerge.estimate.ReductionKind;
import io.prumerge.estimate.Scenario;
import io.prumerge.estimate.ShapeTable;
import io.prumerge.image.PatchGrid;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.Records;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RooflineTimesTest {

  private static final NamedShape QWEN = ShapeTable.bundled().named("qwen2.5-vl-3b");

  private static double imageMillis(NamedShape shape, double patches) {
    return imageMillis(shape, "none", patches, patches);
  }

  private static double imageMillis(NamedShape shape, String method, double before, double after) {
    EfficiencyRow row =
        Records.of(
            EfficiencyRow.class,
            Map.of(
                "run_id",
                "r",
                "model",
                shape.name(),
                "method",
                method,
                "visual_tokens_before_mean",
                before,
                "visual_tokens_after_mean",
                after,
                "visual_tokens_layer_mean",
                64.0,
                "text_tokens_mean",
                40.0,
                "flops_reduction_mean",
                0.0));
    EfficiencyRow added =
        RooflineTimes.of(List.of(row), Map.of("r", shape.shape()), run -> false)
            .efficiency()
            .get(0);
    return added.roofline().orElseThrow().get(0).imageMs();
  }

  /** The images' own number of patches counts, whatever a photograph would have. */
  @Test
  void aTowerOverAnySizeRunsOverTheMeanImage() {
    ModelShape seen = QWEN.shape().over(new PatchGrid(40, 40));
    Estimate estimate =
        Estimate.of(
            new Scenario(
                new NamedShape("qwen", seen, 1),
                new PromptTokens(TokenSchedule.constant(64), 40),
                1,
                PrecisionScheme.parse("fp16"),
                AttentionKernel.EAGER,
                ReductionKind.NONE,
                HardwareTable.bundled().devices().get(0),
                CostMode.ACCURATE));
    double millis = (estimate.firstTokenSeconds() - estimate.prefill().seconds()) * 1000;
    assertThat(imageMillis(QWEN, 1600.2)).isCloseTo(millis, within(1e-9));
    assertThat(imageMillis(QWEN, 1600)).isGreaterThan(2 * imageMillis(QWEN, 391));
  }

  @Test
  void aTowerRunsOverTheSmallerPicture() {
    double whole = imageMillis(QWEN, 400);
    assertThat(imageMillis(QWEN, "resize:tokens=401", 1600, 400)).isEqualTo(whole);
    assertThat(imageMillis(QWEN, "divprune:tokens=400", 1600, 400)).isGreaterThan(2 * whole);
  }

  /** By what the tower cost, as a method leaves any number of a video's tokens. */
  @Test
  void aTowerRunsOverAllFramesOfAVideo() {
    NamedShape model = ShapeTable.bundled().named("llava-onevision-7b");
    double frame = new TowerCost(model.shape().tower()).features();
    double eight = videoMillis(model, 8 * frame);
    assertThat(eight / videoMillis(model, frame)).isBetween(6.0, 8.1);
    assertThat(videoMillis(model, 7.9 * frame)).isEqualTo(eight);
    Estimate estimate =
        Estimate.of(
            new Scenario(
                ShapeTable.bundled().named("llava-onevision-7b", 8),
                new PromptTokens(TokenSchedule.constant(64), 40),
                1,
                PrecisionScheme.parse("fp16"),
                AttentionKernel.EAGER,
                ReductionKind.NONE,
                HardwareTable.bundled().devices().get(0),
                CostMode.ACCURATE));
    assertThat(eight)
        .isCloseTo(
            (estimate.firstTokenSeconds() - estimate.prefill().seconds()) * 1000, within(1e-9));
  }

  private static double videoMillis(NamedShape model, double vision) {
    EfficiencyRow row =
        Records.of(
            EfficiencyRow.class,
            Map.of(
                "run_id",
                "r",
                "model",
                model.name(),
                "method",
                "none",
                "visual_tokens_before_mean",
                1569.0,
                "visual_tokens_layer_mean",
                64.0,
                "text_tokens_mean",
                40.0,
                "flops_vision_mean",
                vision,
                "flops_reduction_mean",
                0.0));
    return RooflineTimes.of(List.of(row), Map.of("r", model.shape()), run -> true)
        .efficiency()
        .get(0)
        .roofline()
        .orElseThrow()
        .get(0)
        .imageMs();
  }

  @Test
  void aTowerOverSquaresRunsOverThese() {
    NamedShape llava = ShapeTable.bundled().named("llava-1.5-7b");
    assertThat(imageMillis(llava, 1152)).isEqualTo(imageMillis(llava, 576));
  }
}
