package io.prumerge.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.checkpoint.TensorType;
import io.prumerge.engine.DtypeChoice;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreflightTest {

  @ParameterizedTest
  @CsvSource({
    "AUTO, true, F16, fp16",
    "AUTO, true, BF16, bf16",
    "AUTO, true, F32, bf16",
    "AUTO, false, F16, fp32",
    "BF16, true, F16, bf16",
    "FP32, true, F16, fp32",
  })
  void autoIsTheCheckpointsHalfTypeOnGpus(
      DtypeChoice asked, boolean onGpu, TensorType stored, String dtype) {
    assertThat(Preflight.dtype(asked, onGpu, List.of(stored))).isEqualTo(dtype);
  }
}
