package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.LocalSpark;
import io.prumerge.cluster.Waiting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkStatusTracker;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class InFlightTest {

  private static final String GROUP = "in-flight";

  private final SparkSession spark = LocalSpark.session();
  private final InFlight work = new InFlight(spark.sparkContext(), GROUP, line -> {});
  private final List<Integer> begun = Collections.synchronizedList(new ArrayList<>());

  @Test
  void doesAll() throws IOException {
    List<WorkPiece> pieces = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      int number = i;
      pieces.add(() -> begun.add(number));
    }
    work.run(pieces);
    assertThat(begun).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6);
    work.run(List.of());
  }

  @Test
  void worksOnTwoAtATime() throws IOException {
    CountDownLatch both = new CountDownLatch(2);
    WorkPiece waiting =
        () -> {
          both.countDown();
          try {
            if (!both.await(1, TimeUnit.MINUTES)) {
              throw new IOException("alone");
            }
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        };
    work.run(List.of(waiting, waiting));
    assertThat(both.getCount()).isZero();
  }

  @Test
  void aFailureEndsTheOthersJobsAndBeginsNoMore() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    WorkPiece endless =
        () -> {
          spark.sparkContext().setJobGroup(GROUP, "endless", true);
          started.countDown();
          spark
              .range(2)
              .map((MapFunction<Long, Long>) InFlightTest::sleep, Encoders.LONG())
              .count();
        };
    WorkPiece failing =
        () -> {
          try {
            started.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          throw new IOException("no room");
        };
    assertThatThrownBy(() -> work.run(List.of(endless, failing, () -> begun.add(2))))
        .isInstanceOf(IOException.class)
        .hasMessage("no room");
    assertThat(begun).isEmpty();
    SparkStatusTracker jobs = spark.sparkContext().statusTracker(); // is updated a little later
    Waiting.until("the endless job has ended", () -> jobs.getActiveJobIds().length == 0);
  }

  private static Long sleep(Long value) throws InterruptedException {
    TimeUnit.MINUTES.sleep(10);
    return value;
  }
}
