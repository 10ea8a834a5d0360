package io.prumerge.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class OptimizerSettingsTest {

  private static OptimizerSettings warming(double share) {
    return new OptimizerSettings(1, 1, 0, 0.9, 0.999, 1e-8, share);
  }

  /** transformers' rates over 200 steps are in {@link TrainingGoldenTest}. */
  @Test
  void risesToThePeakAndFallsAlongHalfACosine() {
    OptimizerSettings optimizer = warming(0.25);
    assertThat(optimizer.share(0, 10)).isZero();
    assertThat(optimizer.share(1, 10)).isEqualTo(1.0 / 3); // 2.5 steps are 3
    assertThat(optimizer.share(3, 10)).isEqualTo(1);
    assertThat(optimizer.share(5, 11)).isCloseTo((1 + Math.cos(Math.PI / 4)) / 2, within(1e-15));
    assertThat(optimizer.share(7, 11)).isCloseTo(0.5, within(1e-15));
    assertThat(optimizer.share(10, 10)).isCloseTo(0, within(1e-15));
  }

  @Test
  void oneStepWithoutWarmUpIsTakenAtThePeakAndOneOfWarmUpAtNothing() {
    assertThat(warming(0).share(0, 1)).isEqualTo(1);
    assertThat(warming(1).share(0, 1)).isZero();
    assertThat(warming(1).share(2, 3)).isEqualTo(2.0 / 3);
  }

  @Test
  void refusesSettingsThatCannotTrain() {
    assertThatThrownBy(() -> warming(1.5)).hasMessageContaining("warm-up of 1.5");
    assertThatThrownBy(() -> warming(Double.NaN)).hasMessageContaining("warm-up of NaN");
    assertThatThrownBy(() -> new OptimizerSettings(1, 1, 0, 1, 0.9, 1e-8, 0))
        .hasMessageContaining("beta1 of 1.0");
    assertThatThrownBy(() -> new OptimizerSettings(-1, 1, 0, 0, 0.9, 1e-8, 0))
        .hasMessageContaining("learning rate of -1.0");
    assertThatThrownBy(() -> new OptimizerSettings(1, 1, 0, 0, 0.9, 0, 0))
        .hasMessageContaining("epsilon of 0.0");
    assertThatThrownBy(() -> new LoraSettings(0, 1, true, 0)).hasMessageContaining("rank 0");
    assertThatThrownBy(() -> new LoraSettings(1, 0, true, 0)).hasMessageContaining("alpha 0.0");
    assertThatThrownBy(() -> new LoraSettings(1, 1, true, 1))
        .hasMessageContaining("dropout of 1.0");
    LoraSettings lora = new LoraSettings(1, 1, true, 0);
    assertThatThrownBy(() -> new TrainingSettings(lora, OptimizerSettings.PAPER, 0, 1, 1, true))
        .hasMessageContaining("0 steps");
    assertThatThrownBy(() -> new TrainingSettings(lora, OptimizerSettings.PAPER, 1, 1, 0, true))
        .hasMessageContaining("0 rows");
  }
}
