package io.prumerge.plan.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.prumerge.console.UsageException;
import io.prumerge.estimate.HardwareTable;
import io.prumerge.estimate.PrecisionScheme;
import io.prumerge.host.Gpu;
import io.prumerge.plan.AskedCards;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuAdviceTest {

  private static final Gpu T4 = new Gpu(0, "Tesla T4", 75, 16L << 30);
  private static final Gpu A10 = new Gpu(1, "A10", 86, 24L << 30);
  private static final PrecisionScheme FP16 = PrecisionScheme.parse("fp16");

  @Test
  void enoughCoresAndAFastGpuNeedNoRemark() {
    assertThat(GpuAdvice.of(OptionalInt.of(4), "", 1, FP16, List.of(A10))).isEmpty();
    assertThat(GpuAdvice.of(OptionalInt.empty(), "", 1, FP16, List.of())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1", "3"})
  void fewCoresAreNamedWithTheSetting(int cores) {
    assertThat(GpuAdvice.of(OptionalInt.of(cores), "spark.executor.cores=4", 1, FP16, List.of()))
        .singleElement()
        .asString()
        .contains("A GPU has " + cores + " of the processor's cores")
        .endsWith("Give it at least 4: spark.executor.cores=4");
  }

  @ParameterizedTest
  @CsvSource({"2, 2 frames, 120", "8, 8 frames, 30.0", "768, 768 frames, 0.313"})
  void framesOfVideosArePreparedOneByOne(int views, String frames, String aSecond) {
    assertThat(GpuAdvice.of(OptionalInt.of(2), "local[4]", views, FP16, List.of()))
        .containsExactly(
            "A GPU has 2 of the processor's cores: videos of "
                + frames
                + ", of which a core prepares about "
                + aSecond
                + " a second, are then prepared more slowly than it answers questions about them."
                + " Give it at least 4: local[4]");
    assertThat(GpuAdvice.of(OptionalInt.of(4), "", views, FP16, List.of())).isEmpty();
  }

  @Test
  void anOlderGpuIsNamedWithItsCapability() {
    assertThat(GpuAdvice.of(OptionalInt.of(8), "", 1, FP16, List.of(T4, A10)))
        .singleElement()
        .asString()
        .contains("GPU 0, Tesla T4, has compute capability 7.5", "Ampere (8.0) or newer");
  }

  @Test
  void fp32OnAGpuIsSlow() {
    assertThat(GpuAdvice.of(OptionalInt.of(8), "", 1, PrecisionScheme.parse("fp32"), List.of(A10)))
        .singleElement()
        .asString()
        .contains("In fp32 a GPU");
  }

  @ParameterizedTest
  @CsvSource({"8, 2, 4", "7, 2, 3", "4, 4, 1"})
  void anExecutorsCoresAreDividedAmongItsGpus(int cores, int gpus, int each) {
    SparkConf conf =
        new SparkConf(false)
            .setMaster("yarn")
            .set("spark.executor.cores", Integer.toString(cores))
            .set("spark.executor.resource.gpu.amount", Integer.toString(gpus));
    assertThat(ExecutorShape.of(conf).coresOfGpu()).hasValue(each);
    assertThat(ExecutorShape.of(conf.remove("spark.executor.resource.gpu.amount")).coresOfGpu())
        .isEmpty();
  }

  @Test
  void cardsThatCannotBePlannedForAreRefused() {
    HardwareTable known = HardwareTable.bundled();
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> new AskedCards(List.of(known.named("llm-viewer/v100")), List.of()))
        .withMessageContaining("llm-viewer/v100, which states no memory_gb");
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> new AskedCards(List.of(known.named("a10")), List.of(1, 0)))
        .withMessageContaining("must be at least 1 but is 0");
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> new AskedCards(List.of(), List.of(8)))
        .withMessageContaining("is the number of each hardware");
  }
}
