package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.jobs.SameResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tasks and jobs killed at random while the queues of the devices are full; profile {@code soak}.
 * {@code soak.taskKills} and {@code soak.seed} say how many tasks and when.
 */
@Tag("soak")
@Tag("process")
class CancellationStormIT {

  private static final int IMAGES = 480;
  private static final int MILLIS_PER_IMAGE = 30;

  /** Ten are too few under other work: what was killed is answered again, as often as it takes. */
  private static final int MINUTES = 40;

  /** Requests that one task has under way at most: two batches for each of two lanes. */
  private static final long OF_ONE_TASK = 2 * 2 * 28;

  @TempDir private static Path work;

  /** Slow devices, whose queues fill up; and a second attempt of every task that is slow. */
  private static Map<String, String> settings() throws Exception {
    return Map.of(
        "spark.executor.extraJavaOptions",
        DeviceAgent.option(work, DeviceAgent.Device.SLOW)
            + " -D%s=%d".formatted(DeviceAgent.MILLIS, MILLIS_PER_IMAGE),
        "spark.speculation",
        "true",
        "spark.speculation.quantile",
        "0.3",
        "spark.speculation.multiplier",
        "1.1");
  }

  @Test
  void everyPlaceAndLeaseComesBackInEveryExecutor() throws Exception {
    int kills = Integer.getInteger("soak.taskKills");
    Path runs = Files.createDirectories(work.resolve("runs"));
    try (ClusterFixture fixture = new ClusterFixture(work, IMAGES)) {
      SparkSubmit.Result result =
          fixture
              .storm(
                  AppJar.of(work.resolve("storm.jar"), StormDriver.class, TaskStorm.class),
                  settings(),
                  runs,
                  kills,
                  Long.getLong("soak.seed"))
              .result(MINUTES);
      assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
      assertThat(result.out()).contains("storm: %d tasks killed".formatted(kills));
      List<List<Long>> places = fixture.metrics().values("places");
      List<List<Long>> leases = fixture.metrics().values("leases");
      System.out.printf(
          "soak: %s; at most %s places and %s leases%n",
          result.out().lines().filter(line -> line.startsWith("storm: ")).findFirst().orElseThrow(),
          places.stream().map(Collections::max).toList(),
          leases.stream().map(Collections::max).toList());
      assertThat(fixture.cluster().executorsStarted()).as("none was lost").isEqualTo(2);
      assertThat(places)
          .hasSize(2)
          .allSatisfy(values -> assertThat(Collections.max(values)).isGreaterThan(OF_ONE_TASK))
          .allSatisfy(values -> assertThat(values).endsWith(0L));
      assertThat(leases).hasSize(2).allSatisfy(values -> assertThat(values).endsWith(0L));
      try (Stream<Path> all = Files.list(runs)) {
        assertThat(all.toList())
            .isNotEmpty()
            .allSatisfy(
                run ->
                    assertThat(SameResult.of(run.toString()))
                        .as(run.toString())
                        .isEqualTo(fixture.expected()));
      }
    }
  }
}
