package io.prumerge.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class SlotsTest {

  private static SparkConf conf(String... settings) {
    SparkConf conf = new SparkConf(false);
    for (int i = 0; i < settings.length; i += 2) {
      conf.set(settings[i], settings[i + 1]);
    }
    return conf;
  }

  @Test
  void executorsThatWereAskedForCountBeforeTheyHaveCome() {
    assertThat(Slots.of(conf(), 6).count()).isEqualTo(6);
    assertThat(Slots.of(conf("spark.cores.max", "8"), 2).count()).isEqualTo(8);
    assertThat(Slots.of(conf("spark.cores.max", "8"), 12).count()).isEqualTo(12);
    SparkConf gpus =
        conf(
            "spark.executor.instances", "100",
            "spark.executor.cores", "4",
            "spark.task.cpus", "4",
            "spark.executor.resource.gpu.amount", "1",
            "spark.task.resource.gpu.amount", "1");
    assertThat(Slots.of(gpus, 4).count()).isEqualTo(100);
    assertThat(Slots.of(gpus.set("spark.task.cpus", "1"), 8).count()).isEqualTo(100);
  }

  @Test
  void chunksAndTheirTasksFollowTheImages() {
    Slots two = new Slots(2);
    assertThat(two.chunks(1)).isEqualTo(1);
    assertThat(two.chunks(128)).isEqualTo(1);
    assertThat(two.chunks(129)).isEqualTo(2);
    assertThat(two.chunks(1_000_000_000)).isEqualTo(64);
    assertThat(two.partitions(129, 2)).isEqualTo(8);
    assertThat(two.partitions(47, 1)).as("a task has a batch of the tower").isEqualTo(4);
    assertThat(two.partitions(6, 1)).as("all images are with the engine").isEqualTo(2);
    assertThat(two.partitions(2, 2)).as("no more tasks than images").isEqualTo(1);
  }
}
