package io.prumerge.plan.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.checkpoint.TensorType;
import io.prumerge.console.Console;
import io.prumerge.estimate.HardwareTable;
import io.prumerge.estimate.PrecisionScheme;
import io.prumerge.host.Processor;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.DtypeChoice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreflightTest {

  @ParameterizedTest
  @CsvSource({
    "AUTO, F16, fp16",
    "AUTO, BF16, bf16",
    "AUTO, F32, bf16",
    "BF16, F16, bf16",
    "FP32, F16, fp32",
  })
  void autoIsTheCheckpointsHalfTypeOnGpus(DtypeChoice asked, TensorType stored, String dtype) {
    assertThat(Preflight.known(asked, true, false, List.of(stored)))
        .map(Precision::label)
        .hasValue(dtype);
  }

  @Test
  void aGpuWithoutBf16HasFp16() {
    List<TensorType> stored = List.of(TensorType.BF16);
    assertThat(Preflight.onGpus(DtypeChoice.AUTO, stored, false)).isEqualTo(Precision.FP16);
    assertThat(Preflight.onGpus(DtypeChoice.BF16, stored, false)).isEqualTo(Precision.BF16);
  }

  @Test
  void executorsProcessorsChooseThemselves() {
    List<TensorType> stored = List.of(TensorType.F16);
    assertThat(Preflight.known(DtypeChoice.AUTO, false, false, stored)).isEmpty();
    assertThat(Preflight.known(DtypeChoice.FP16, false, false, stored)).hasValue(Precision.FP16);
  }

  @Test
  void aLocalRunsAutoIsThatOfThisProcessor() {
    assertThat(Preflight.known(DtypeChoice.AUTO, false, true, List.of(TensorType.F16)))
        .hasValue(Processor.ofHost().multipliesBf16() ? Precision.BF16 : Precision.FP32);
  }

  @ParameterizedTest
  @CsvSource({"auto, true", "fp32, false"})
  void itSaysWhereOnlyExecutorsKnow(String dtype, boolean said) {
    Preflight preflight =
        new Preflight(
            ExecutorShape.of(new SparkConf(false).setMaster("spark://host:7077")),
            1,
            1,
            1,
            dtype,
            PrecisionScheme.parse("fp32"),
            ExecutorShape.RUNTIME_MIB,
            0,
            Optional.empty(),
            List.of(new PreflightHours("a10", 1, 1)),
            List.of(),
            1,
            List.of());
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text, true);
    preflight.print(new Console(out, out, Console.UNLIMITED));
    assertThat(text.toString().contains("choose the dtype: bf16 on processors with AVX512-BF16"))
        .isEqualTo(said);
    assertThat(preflight.document().dtype()).isEqualTo(dtype);
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
