package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.jobs.SameResult;
import io.prumerge.store.Table;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of which one worker's devices fail, or hang; profile {@code soak}. */
@Tag("soak")
@Tag("process")
class DeviceFaultsIT {

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

  /** Settings as in {@code conf/spark/}: what fails a task is left alone. */
  private static SparkSubmit.Result run(
      Path run, DeviceAgent.Device device, Map<String, String> more) throws Exception {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("spark.executor.extraJavaOptions", DeviceAgent.option(work, device));
    settings.put("spark.excludeOnFailure.enabled", "true");
    settings.put("spark.task.maxFailures", "8");
    return fixture.start(2, settings, run).result();
  }

  private static void assertDoneByTheOtherWorker(SparkSubmit.Result result, Path run) {
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
        .doesNotContainAnyElementsOf(StandaloneCluster.addresses(DeviceAgent.WORKER));
  }

  @Test
  void whereOneWorkersDevicesFailTheOtherDoesItAll() throws Exception {
    Path run = work.resolve("sick");
    int before = fixture.cluster().executorsStarted();
    SparkSubmit.Result result = run(run, DeviceAgent.Device.SICK, Map.of());
    assertDoneByTheOtherWorker(result, run);
    assertThat(result.err())
        .contains("a task failed on 127.0.0.3")
        .contains(
            "The device is lost to this process, which has to end: Cannot run '%s': CUDA error: device-side assert triggered"
                .formatted(DeviceAgent.FUNCTION))
        .contains("Lost executor");
    assertThat(fixture.cluster().executorsStarted()).as("a lost device").isGreaterThan(before + 2);
  }

  @Test
  void whereOneWorkersDevicesHangItsExecutorsEnd() throws Exception {
    Path run = work.resolve("hung");
    int before = fixture.cluster().executorsStarted();
    SparkSubmit.Result result =
        run(run, DeviceAgent.Device.HUNG, Map.of("spark.prumerge.answerTimeout", "30s"));
    assertDoneByTheOtherWorker(result, run);
    assertThat(result.err())
        .contains("The device cpu has made no progress for 30s and is considered hung")
        .contains("Lost executor");
    assertThat(fixture.cluster().executorsStarted()).isGreaterThan(before + 2);
  }
}
