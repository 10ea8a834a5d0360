package io.prumerge.spark;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.zoo.DeviceChoice;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GpuSettingsTest {

  @ParameterizedTest
  @CsvSource({
    "local, spark.task.resource.gpu.amount, 1",
    "local[4], spark.task.resource.gpu.amount, 0.5",
    "local[*], spark.executor.resource.gpu.amount, 1"
  })
  void refusesGpuAmountsInLocalMode(String master, String setting, String amount) {
    SparkConf conf = new SparkConf(false).setMaster(master).set(setting, amount);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GpuSettings.check(conf, DeviceChoice.AUTO))
        .withMessageContaining(setting + "=" + amount)
        .withMessageContaining("master " + master)
        .withMessageContaining("Remove the setting");
  }

  @ParameterizedTest
  @ValueSource(strings = {"local-cluster[2,1,1024]", "spark://host:7077", "yarn"})
  void leavesClustersWithGpusForTasksAlone(String master) {
    SparkConf conf =
        new SparkConf(false).setMaster(master).set("spark.task.resource.gpu.amount", "0.5");
    assertThatCode(() -> GpuSettings.check(conf, DeviceChoice.AUTO)).doesNotThrowAnyException();
  }

  @Test
  void leavesLocalModeWithoutGpusAlone() {
    SparkConf conf =
        new SparkConf(false).setMaster("local[2]").set("spark.task.resource.gpu.amount", "0");
    assertThatCode(() -> GpuSettings.check(conf, DeviceChoice.AUTO)).doesNotThrowAnyException();
  }

  @Test
  void aGpuThatIsAskedForNeedsBothAmounts() {
    SparkConf conf = new SparkConf(false).setMaster("yarn");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GpuSettings.check(conf, DeviceChoice.CUDA))
        .withMessageContaining("master yarn")
        .withMessageContaining("--conf spark.executor.resource.gpu.amount=1")
        .withMessageContaining("--conf spark.task.resource.gpu.amount=0.5");
    assertThatCode(() -> GpuSettings.check(conf, DeviceChoice.AUTO)).doesNotThrowAnyException();

    conf.set("spark.executor.resource.gpu.amount", "2");
    for (DeviceChoice device : List.of(DeviceChoice.CUDA, DeviceChoice.AUTO)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> GpuSettings.check(conf, device))
          .withMessageContaining("spark.executor.resource.gpu.amount=2")
          .withMessageContaining("Add --conf spark.task.resource.gpu.amount=0.5");
    }
    assertThatCode(() -> GpuSettings.check(conf, DeviceChoice.CPU)).doesNotThrowAnyException();
  }

  @Test
  void anAmountThatIsNoNumberIsNamed() {
    SparkConf conf =
        new SparkConf(false).setMaster("local[2]").set("spark.task.resource.gpu.amount", "one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GpuSettings.check(conf, DeviceChoice.AUTO))
        .withMessageContaining("spark.task.resource.gpu.amount=one");
  }
}
