package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.report.Table;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of which one worker's devices fail; profile {@code soak}. */
@Tag("soak")
class SickDeviceIT {

  private static final int IMAGES = 80;

  @TempDir private static Path work;
  private static ClusterFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = new ClusterFixture(work, IMAGES);
  }

  @AfterAll
  static void stop() {
    if (fixture != null) {
      fixture.close();
    }
  }

  /** As in {@code conf/spark/}: an executor that fails a task is left alone. */
  @Test
  void theOtherWorkerDoesItAll() throws Exception {
    Path run = work.resolve("sick");
    Map<String, String> settings =
        Map.of(
            "spark.executor.extraJavaOptions",
            SickDevice.option(work),
            "spark.excludeOnFailure.enabled",
            "true",
            "spark.task.maxFailures",
            "8");

    SparkSubmit.Result result = fixture.start(2, settings, run).result();

    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
    assertThat(SameResult.of(run.toString())).isEqualTo(fixture.expected());
    assertThat(
            Table.PREDICTIONS
                .read(LocalSpark.session(), List.of(run.resolve("predictions").toString()))
                .select("assigned_device")
                .distinct()
                .collectAsList())
        .extracting(row -> row.getString(0))
        .isNotEmpty()
        .doesNotContainAnyElementsOf(StandaloneCluster.addresses(SickDevice.WORKER));
  }
}
