package io.prumerge.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrecisionSchemeTest {

  @ParameterizedTest
  @CsvSource({
    "fp32,     FP32, FP32, FP32",
    "tf32,     TF32, TF32, TF32",
    "bf16,     BF16, BF16, BF16",
    "fp16,     FP16, FP16, FP16",
    "fp8,      FP8,  FP8,  FP8",
    "w8a8,     INT8, INT8, INT8",
    "w4a16,    INT4, FP16, FP16",
    "w4a4,     INT4, INT4, INT4",
    "w8a8kv4,  INT8, INT8, INT4",
    "bf16kv8,  BF16, BF16, INT8",
    "w4a4kv16, INT4, INT4, FP16"
  })
  void namesThreeFormats(String name, Format weights, Format activations, Format cache) {
    assertThat(PrecisionScheme.parse(name))
        .isEqualTo(new PrecisionScheme(name, weights, activations, cache));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "int4", "w4", "w3a16", "fp16kv", "fp16kv5", "FP16", "w4a16 "})
  void listsWhatItKnows(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PrecisionScheme.parse(name))
        .withMessage(
            "Unknown precision '%s'; known: fp32, tf32, bf16, fp16, fp8, wNaM with N and M of 4, 8, 16; each with kv4, kv8 or kv16 behind it"
                .formatted(name));
  }

  @ParameterizedTest
  @CsvSource({
    "w4a4, fp16",
    "w4a16, fp16",
    "fp8, fp16",
    "fp16kv8, fp16",
    "bf16, bf16",
    "fp32, fp32"
  })
  void theTowerIsNotQuantised(String name, String tower) {
    assertThat(PrecisionScheme.parse(name).besideTheLanguageModel())
        .isEqualTo(PrecisionScheme.parse(tower));
  }

  @ParameterizedTest
  @CsvSource({"INT4, 0, 0", "INT4, 1, 1", "INT4, 2, 1", "INT4, 3, 2", "INT8, 3, 3", "FP32, 3, 12"})
  void elementsArePacked(Format format, long elements, long bytes) {
    assertThat(format.bytes(elements)).isEqualTo(bytes);
  }

  @Test
  void bytesThatDoNotFitAreAnError() {
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> Format.FP16.bytes(1L << 60));
  }
}
