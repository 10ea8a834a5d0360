package io.prumerge.plan.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecutorShapeTest {

  private static final long GIB = 1L << 30;

  private static SparkConf conf(String master, String... settings) {
    SparkConf conf = new SparkConf(false).setMaster(master);
    for (String setting : settings) {
      String[] pair = setting.split("=");
      conf.set("spark." + pair[0], pair[1]);
    }
    return conf;
  }

  @ParameterizedTest
  @CsvSource({
    "1g, , 384", // the minimum
    "8g, , 819", // a tenth
    "8g, 4g, 4096",
    "8g, 512, 512", // MiB without a unit
  })
  void aContainersRoomBesideTheHeapIsSparksOwn(String heap, String overhead, long mib) {
    SparkConf conf = conf("yarn", "executor.memory=" + heap);
    if (overhead != null) {
      conf.set("spark.executor.memoryOverhead", overhead);
    }
    assertThat(ExecutorShape.of(conf).overheadMib()).contains(mib);
    assertThat(ExecutorShape.of(conf.setMaster("spark://m:7077")).overheadMib())
        .as("no limit without a container")
        .isEmpty();
  }

  @Test
  void theWeightsMustFitBesideTheHeapOnlyWhereTheyLieThere() {
    ExecutorShape small = ExecutorShape.of(conf("k8s://m", "executor.memoryOverhead=4g"));
    long needed = ExecutorShape.neededMib(28 * GIB);

    assertThat(small.problem(ExecutorShape.neededMib(0))).isEmpty();
    assertThat(small.problem(needed))
        .hasValueSatisfying(
            problem ->
                assertThat(problem)
                    .contains("has 4,096 MiB outside its heap but needs about 31,744")
                    .contains("--conf spark.executor.memoryOverhead=31744m"));
    assertThat(ExecutorShape.of(conf("k8s://m", "executor.memoryOverhead=31744m")).problem(needed))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "4, 4, 1, 1, ''",
    "2, 1, 1, 0.5, ''",
    "8, 4, 4, 2, ''",
    "4, 4, 2, 1, executor.cores=8", // a GPU idles
    "4, 1, 1, 1, task.cpus=4", // three cores idle
    "4, 1, 1, 0.5, task.cpus=2",
  })
  void coresAndGpusAllowEquallyManyTasks(
      String cores, String cpus, String gpus, String share, String setting) {
    ExecutorShape shape =
        ExecutorShape.of(
            conf(
                "yarn",
                "executor.cores=" + cores,
                "task.cpus=" + cpus,
                "executor.resource.gpu.amount=" + gpus,
                "task.resource.gpu.amount=" + share));

    if (setting.isEmpty()) {
      assertThat(shape.remarks()).isEmpty();
    } else {
      assertThat(shape.remarks()).singleElement().asString().contains("Set spark." + setting + ",");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "8, 4, 1, 1, 1, 2", // a GPU each
    "8, 4, 1, 1, 0.5, 4",
    "8, 4, 4, 1, 1, 2",
    "8, 2, 1, 4, 1, 8", // too few cores for the GPUs
    "1, 4, 4, 1, 1, 1", // no executor is registered yet
  })
  void tasksRunByWhateverIsScarcer(
      int all, String cores, String cpus, String gpus, String share, int tasks) {
    assertThat(
            ExecutorShape.of(
                    conf(
                        "yarn",
                        "executor.cores=" + cores,
                        "task.cpus=" + cpus,
                        "executor.resource.gpu.amount=" + gpus,
                        "task.resource.gpu.amount=" + share))
                .tasks(all))
        .isEqualTo(tasks);
  }

  @Test
  void withoutGpusThereIsNothingToAlign() {
    ExecutorShape shape = ExecutorShape.of(conf("yarn", "executor.cores=4"));
    assertThat(shape.hasGpus()).isFalse();
    assertThat(shape.remarks()).isEmpty();
    assertThat(shape.tasks(12)).isEqualTo(12);
    assertThat(shape.displayName())
        .isEqualTo(
            "4 cores, 0 gpu, 1,024 MiB heap, 384 MiB outside it; a task takes 1 cores, 0 gpu");
  }
}
