package io.prumerge.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.checkpoint.TensorType;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.estimate.HardwareTable;
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

  /** A T4 has no bf16, so auto is fp16 there, as the executor on it will find. */
  @ParameterizedTest
  @CsvSource({
    "AUTO, BF16, t4, fp16",
    "AUTO, BF16, a10, bf16",
    "AUTO, F16, a10, fp16",
    "BF16, F16, t4, bf16",
    "FP32, F16, a10, fp32",
  })
  void aCardThatIsAskedForHasItsOwnHalfType(
      DtypeChoice asked, TensorType stored, String hardware, String dtype) {
    assertThat(CardPlan.dtype(asked, stored, HardwareTable.bundled().named(hardware)))
        .isEqualTo(dtype);
  }
}
