package io.prumerge.plan.preflight;

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
    assertThat(two.chunks(1, 1)).isEqualTo(1);
    assertThat(two.chunks(128, 1)).isEqualTo(1);
    assertThat(two.chunks(129, 1)).isEqualTo(2);
    assertThat(two.chunks(1_000_000_000, 1)).isEqualTo(64);
    assertThat(two.partitions(129, 1, 2)).isEqualTo(8);
    assertThat(two.partitions(47, 1, 1)).as("a task has a batch of the tower").isEqualTo(4);
    assertThat(two.partitions(6, 1, 1)).as("all images are with the engine").isEqualTo(2);
    assertThat(two.partitions(2, 1, 2)).as("no more tasks than images").isEqualTo(1);
  }

  @Test
  void aVideoCountsAsItsFrames() {
    Slots two = new Slots(2);
    assertThat(two.chunks(4, 32)).isEqualTo(1);
    assertThat(two.chunks(5, 32)).isEqualTo(2);
    assertThat(two.chunks(5, 24)).as("of 64 frames, whole videos").isEqualTo(2);
    assertThat(two.chunks(3, 768)).as("a video for each slot").isEqualTo(2);
    assertThat(two.chunks(4000, 8)).as("as many as of 32,000 images").isEqualTo(64);
    assertThat(two.partitions(16, 8, 1)).as("a video is a batch of the tower").isEqualTo(8);
    assertThat(two.partitions(16, 2, 1)).isEqualTo(4);
    assertThat(two.partitions(16, 16, 4)).isEqualTo(4);
    assertThat(two.partitions(2, 768, 1)).isEqualTo(2);
    assertThat(two.partitions(1, 768, 1)).as("a video is of one task").isEqualTo(1);
  }
}
