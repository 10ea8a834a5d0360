package io.prumerge.plan.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.LlavaConfig;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.ModelShape;
import io.prumerge.estimate.Hardware;
import io.prumerge.estimate.HardwareTable;
import io.prumerge.estimate.NamedShape;
import io.prumerge.estimate.PrecisionScheme;
import io.prumerge.plan.BenchmarkSize;
import io.prumerge.plan.RunEstimate;
import io.prumerge.plan.TypicalImage;
import io.prumerge.reduction.MethodSpec;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RooflineHoursTest {

  private static final Hardware A100 = HardwareTable.bundled().named("a100-80gb-sxm");
  private static final PrecisionScheme BF16 = PrecisionScheme.parse("bf16");
  private static final LlavaConfig MODEL =
      Checkpoint.configuration(Path.of(System.getProperty("project.root"), "conf", "mini-llava"));

  private static RooflineHours hours(long images, long questions, long text, String... methods) {
    return new RooflineHours(
        new NamedShape("mini", ModelShape.of(MODEL), 1),
        BF16,
        RunEstimate.of(
            CostModel.of(MODEL),
            new TypicalImage(MODEL.vision().patches(), MODEL.viewTokens(), MODEL.featureDepth()),
            30,
            20,
            Stream.of(methods).map(MethodSpec::parse).toList(),
            name -> null),
        new BenchmarkSize("pope", "test", images, questions, text, images));
  }

  @Test
  void growWithImagesQuestionsAndMethods() {
    double one = hours(1000, 1000, 0, "none").on(A100, 1);

    assertThat(one).isPositive();
    assertThat(hours(2000, 2000, 0, "none").on(A100, 1)).isCloseTo(2 * one, within(1e-9));
    assertThat(hours(1000, 9000, 0, "none").on(A100, 1))
        .as("nine questions share the visual tokens")
        .isLessThan(9 * one)
        .isGreaterThan(one);
    assertThat(hours(1000, 1000, 0, "none", "first:tokens=144").on(A100, 1))
        .as("the tower runs once for both")
        .isLessThan(2 * one)
        .isGreaterThan(1.2 * one);
    assertThat(hours(1000, 1000, 0, "prumerge").on(A100, 1)).isLessThan(one);
  }

  @Test
  void aBatchReadsTheWeightsOnce() {
    RooflineHours hours = hours(1000, 1000, 0, "none");
    assertThat(hours.on(A100, 16)).isLessThan(hours.on(A100, 1));
  }

  @Test
  void questionsWithoutAnImageNeedNoTower() {
    double text = hours(0, 0, 1000, "none").on(A100, 1);
    assertThat(text).isPositive().isLessThan(hours(1000, 1000, 0, "none").on(A100, 1));
    assertThat(hours(0, 0, 1000, "none", "prumerge").on(A100, 1))
        .as("they are answered once for all methods")
        .isEqualTo(text);
  }
}
