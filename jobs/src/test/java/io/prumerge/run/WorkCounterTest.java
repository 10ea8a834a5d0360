package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.console.Work;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class WorkCounterTest {

  private static final Work TOTAL = new Work(20, 100);

  /** Counts in a task, and returns the work once the driver has heard of it. */
  private static Work counted(WorkCounter counter, long made, long passed, double flops)
      throws InterruptedException {
    SparkContext context = LocalSpark.session().sparkContext();
    LongAccumulator first = counter.made();
    LongAccumulator second = counter.answers();
    DoubleAccumulator third = counter.flops();
    Work before = counter.done();
    new JavaSparkContext(context)
        .parallelize(List.of(1), 1)
        .foreach(
            one -> {
              first.add(made);
              second.add(passed);
              third.add(flops);
            });
    for (int i = 0; i < 500 && counter.done().equals(before); i++) {
      Thread.sleep(20);
    }
    return counter.done();
  }

  @Test
  void answersCountAsSoonAsTheyAreMade() throws InterruptedException {
    try (WorkCounter counter = new WorkCounter(LocalSpark.session().sparkContext(), TOTAL)) {
      assertThat(counted(counter, 6, 0, 0)).as("of a picture under way").isEqualTo(new Work(6, 30));
      assertThat(counted(counter, 0, 8, 48)).as("as many, and more").isEqualTo(new Work(8, 48));
      assertThat(counted(counter, 4, 0, 0)).isEqualTo(new Work(10, 58));
    }
  }

  @Test
  void whereNobodySaysWhatIsMadeRowsCount() throws InterruptedException {
    try (WorkCounter counter = new WorkCounter(LocalSpark.session().sparkContext(), Work.NOTHING)) {
      assertThat(counted(counter, 0, 3, 7)).isEqualTo(new Work(3, 7));
    }
  }
}
