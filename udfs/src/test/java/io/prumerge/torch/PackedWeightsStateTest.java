package io.prumerge.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Device;
import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.LlamaWeights;
import io.prumerge.host.DeviceException;
import io.prumerge.host.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackedWeightsStateTest {

  private static final long GIB = 1L << 30;

  @ParameterizedTest
  @CsvSource({
    "auto, true, true, on",
    "auto, true, false, not in effect",
    "auto, false, true, not needed",
    "on, true, false, on",
    "on, false, true, not needed",
    "off, true, true, off",
    "off, false, true, off"
  })
  void followsTheSettingTheProcessorAndItsMemory(
      String setting, boolean kernels, boolean room, String label) {
    assertThat(PackedWeights.of(setting, kernels, () -> room).label()).isEqualTo(label);
  }

  @Test
  void refusesAnotherSetting() {
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> PackedWeights.of("true", true, () -> true))
        .withMessage(
            "Cannot load a model with spark.prumerge.packWeights=true: set it to auto, on or off");
  }

  @Test
  void theCopyIsForBf16OnAProcessorThatMultipliesItByVectors() {
    SettingEffect where =
        Processor.ofHost().vectorsBf16() ? SettingEffect.ON : SettingEffect.NOT_NEEDED;
    assertThat(PackedWeights.here(Device.cpu(), Precision.BF16, 8)).isEqualTo(where);
    assertThat(PackedWeights.here(Device.cpu(), Precision.FP32, 8))
        .isEqualTo(SettingEffect.NOT_NEEDED);
    assertThat(PackedWeights.here(Device.gpu(), Precision.BF16, 8))
        .isEqualTo(SettingEffect.NOT_NEEDED);
  }

  /** LLaVA-1.5-7B's decoder: 32 layers of 202,375,168 products, and the head. */
  @Test
  void takesAsMuchMemoryAsTheProductsOnceMore() {
    DecoderWeights seven =
        LlamaWeights.builder()
            .width(4096)
            .mlp(11008)
            .layers(32)
            .queries(4096)
            .keys(4096)
            .vocabulary(32064)
            .build();
    assertThat(PackedWeights.bytes(seven, Quantization.NONE))
        .isEqualTo(2 * (32 * 202_375_168L + 32064 * 4096));
    assertThat(PackedWeights.bytes(seven, Quantization.INT8))
        .as("of quantized layers the head's alone")
        .isEqualTo(2 * 32064 * 4096);
    assertThat(PackedWeights.room(13 * GIB, 39 * GIB)).isTrue();
    assertThat(PackedWeights.room(13 * GIB, 39 * GIB - 1)).isFalse();
  }
}
