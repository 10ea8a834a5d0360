package io.prumerge.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.config.TimeRule;
import io.prumerge.host.SparkSetting;
import io.prumerge.image.size.ImageBounds;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadSettingsTest {

  @Test
  void theyAreEqualByTheirValues() {
    LoadSettings cpu = LoadSettings.DEFAULT.with(LoadSettings.DEVICE, DeviceChoice.CPU);

    assertThat(cpu).isNotEqualTo(LoadSettings.DEFAULT);
    assertThat(LoadSettings.DEFAULT.get(LoadSettings.DEVICE)).isEqualTo(DeviceChoice.AUTO);
    assertThat(cpu.with(LoadSettings.DEVICE, DeviceChoice.AUTO))
        .isEqualTo(LoadSettings.DEFAULT)
        .hasSameHashCodeAs(LoadSettings.DEFAULT);
  }

  @Test
  void valuesAreWrittenAsTheyAreRead() {
    LoadSettings settings =
        LoadSettings.DEFAULT
            .with(LoadSettings.MROPE, TimeRule.PUBLISHED)
            .within(new ImageBounds(0, 0, 1008));
    Map<String, Object> written = settings.written();

    assertThat(written)
        .containsEntry("device", "auto")
        .containsEntry("mrope", "published")
        .containsEntry("square", 1008)
        .hasSameSizeAs(LoadSettings.ALL);
    assertThat(
            LoadSettings.of(
                setting -> setting.read(setting.name(), written.get(setting.name()).toString())))
        .isEqualTo(settings);
  }

  @Test
  void aRefusalNamesWhereTheValueIsGiven() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LoadSettings.DTYPE.read("spark.prumerge.dtype", "fp8"))
        .withMessageStartingWith(
            "Unknown spark.prumerge.dtype 'fp8'; known: auto, fp32, bf16, fp16");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LoadSettings.SQUARE.read("spark.prumerge.square", "1008p"))
        .withMessage(
            "Cannot use spark.prumerge.square '1008p': it must be a whole number of pixels");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LoadSettings.SQUARE.require(-1))
        .withMessage(
            "Cannot set square to -1: Side of the square that pictures are padded and resized to; 0: their own size");
  }

  @Test
  void argumentsOfDjlAreReadByTheDeclarations() {
    assertThat(
            LoadSettings.DEFAULT.given(
                Map.of("mrope", "Published", "square", 1008, "dtype", "bf16", "method", "none")))
        .isEqualTo(
            LoadSettings.DEFAULT
                .with(LoadSettings.MROPE, TimeRule.PUBLISHED)
                .with(LoadSettings.SQUARE, 1008)
                .with(LoadSettings.DTYPE, DtypeChoice.BF16));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LoadSettings.DEFAULT.given(Map.of("dtype", "fp8")))
        .withMessageStartingWith("Unknown dtype 'fp8'; known: auto, fp32, bf16, fp16");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LoadSettings.DEFAULT.given(Map.of("minPixels", "-1")))
        .withMessageStartingWith("Cannot set minPixels to -1: Fewest pixels");
  }

  @Test
  void sizesOfPicturesFitTogether() {
    LoadSettings square = LoadSettings.DEFAULT.with(LoadSettings.SQUARE, 1008);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> square.with(LoadSettings.MIN_PIXELS, 3136))
        .withMessageContaining("a square has no other bounds");
  }

  @Test
  void sparksConfigurationHasTheSameDefaults() {
    assertThat(SparkSetting.named("square")).contains(SparkSetting.SQUARE);
    assertThat(SparkSetting.named("mrope")).as("SQL does not ask about videos").isEmpty();
    for (TypedSetting<?> setting : LoadSettings.ALL) {
      SparkSetting.named(setting.name())
          .ifPresent(
              one ->
                  assertThat(setting.read(one.key(), one.defaultValue()))
                      .as(setting.name())
                      .isEqualTo(setting.defaultValue()));
    }
  }
}
