package io.prumerge.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskCoresTest {

  private static final int PROCESSORS = 64;

  private static SparkConf master(String master) {
    return new SparkConf(false).setMaster(master);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {"local 1", "local[1] 1", "local[4] 4", "local[4,2] 4", "local[64] 64"})
  void localModeHasItsThreads(String master, int cores) {
    assertThat(TaskCores.of(master(master), true, PROCESSORS)).hasValue(cores);
  }

  @ParameterizedTest
  @ValueSource(strings = {"local[*]", "local[*,3]", "local[65]", "local[1000]"})
  void itHasNoMoreThanTheMachine(String master) {
    assertThat(TaskCores.of(master(master), true, PROCESSORS)).hasValue(PROCESSORS);
    assertThat(TaskCores.of(master(master), true, 1)).hasValue(1);
  }

  @Test
  void localModeHasNoExecutors() {
    SparkConf conf = master("local[4]").set("spark.executor.cores", "8");
    assertThat(TaskCores.of(conf, true, PROCESSORS)).hasValue(4);
  }

  @Test
  void anExecutorHasWhatItIsGiven() {
    SparkConf conf = master("spark://host:7077");
    assertThat(TaskCores.of(conf, false, PROCESSORS)).isEmpty();
    conf.set("spark.executor.cores", "8");
    assertThat(TaskCores.of(conf, false, PROCESSORS)).hasValue(8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"local-cluster[2,1,1024]", "spark://host:7077", "yarn", "k8s://host"})
  void aClustersDriverHasAll(String master) {
    SparkConf conf = master(master).set("spark.executor.cores", "8");
    assertThat(TaskCores.of(conf, true, PROCESSORS)).isEmpty();
  }
}
