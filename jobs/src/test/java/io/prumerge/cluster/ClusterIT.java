package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.jobs.SameResult;
import io.prumerge.run.RunDirectory;
import io.prumerge.score.MetricFiles;
import io.prumerge.store.CompleteTables;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar on a real cluster that loses processes: the result is that of an undisturbed run. */
@Tag("process")
class ClusterIT {

  private static final int IMAGES = 24;
  private static final int CHUNKS = 6;

  /** Executors by need, as soon as Spark can: its times are whole seconds. */
  private static final Map<String, String> ALLOCATED =
      Map.of(
          "spark.dynamicAllocation.enabled",
          "true",
          "spark.dynamicAllocation.initialExecutors",
          "1",
          "spark.dynamicAllocation.maxExecutors",
          "2",
          "spark.dynamicAllocation.executorIdleTimeout",
          "10s",
          "spark.dynamicAllocation.cachedExecutorIdleTimeout",
          "10s",
          "spark.dynamicAllocation.shuffleTracking.enabled",
          "true",
          "spark.dynamicAllocation.shuffleTracking.timeout",
          "10s");

  @TempDir private static Path work;
  private static ClusterFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = new ClusterFixture(work, IMAGES, ClusterFixture.WORKERS, CHUNKS);
  }

  @AfterAll
  static void stop() {
    if (fixture != null) {
      fixture.close();
    }
  }

  private static void assertSame(Path run) {
    assertThat(SameResult.of(run.toString())).isEqualTo(fixture.expected());
  }

  /** One is killed while chunks are answered, one while the tables are written. */
  @Test
  void killedExecutorsCostNothingButTime() throws Exception {
    Path run = work.resolve("executor-killed");
    ChunkFolder chunks = new ChunkFolder(run);
    int before = fixture.cluster().executorsStarted();
    SparkSubmit.Running running =
        fixture.start(2, DyingFileSystem.settings(work), DyingFileSystem.of(run));
    Waiting.until("a chunk is committed", () -> !chunks.markers().isEmpty());
    List<ProcessHandle> executors = fixture.cluster().executors();
    assertThat(executors).hasSize(2);

    executors.get(0).destroyForcibly();
    int committed = chunks.markers().size();

    SparkSubmit.Result result = running.result();
    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
    assertThat(result.err()).contains("Lost executor");
    assertThat(committed).as("in the middle").isLessThan(chunks.markers().size());
    assertThat(DyingFileSystem.mark(work)).as("one died in the scores").exists();
    assertThat(fixture.cluster().executorsStarted()).as("two more").isGreaterThan(before + 3);
    assertSame(run);
    assertWhole(run);
    assertDevicesOfWorkers(run);
  }

  /**
   * Every row says which of its worker's devices Spark assigned; the CPU was what worked. (All of
   * them may be one worker's, if the other's executor was lost before it committed a chunk.)
   */
  private static void assertDevicesOfWorkers(Path run) {
    List<Row> devices =
        Table.PREDICTIONS
            .read(LocalSpark.session(), List.of(run.resolve("predictions").toString()))
            .select("device", "assigned_device")
            .distinct()
            .collectAsList();
    assertThat(devices).allSatisfy(row -> assertThat(row.getString(0)).isEqualTo("cpu"));
    List<String> assigned = devices.stream().map(row -> row.getString(1)).toList();
    List<String> both = new ArrayList<>(StandaloneCluster.addresses(0));
    both.addAll(StandaloneCluster.addresses(1));
    assertThat(assigned).isNotEmpty().isSubsetOf(both);
  }

  /** Checks that no score is lost or doubled, and that {@code _COMPLETE} counts what is there. */
  private static void assertWhole(Path run) throws IOException {
    List<String> scores = scores(run);
    assertThat(scores).doesNotHaveDuplicates().isEqualTo(scores(fixture.undisturbed()));
    org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(run.toUri());
    assertThat(
            CompleteTables.read(root, root.getFileSystem(new Configuration())).orElseThrow().rows())
        .containsEntry("predictions", (long) fixture.expected().size())
        .containsEntry("scores", (long) scores.size());
  }

  private static List<String> scores(Path run) {
    return Table.SCORES
        .read(LocalSpark.session(), List.of(run.resolve("scores").toString()))
        .drop("run_id")
        .toJSON()
        .collectAsList()
        .stream()
        .sorted()
        .toList();
  }

  /**
   * While one executor stands still in its first chunk, Spark adds another, which answers all the
   * rest, and takes it away again.
   */
  @Test
  @Tag("slow")
  void aKilledDriverIsResumedWithOtherCoresWhereSparkAddsAndTakesAwayExecutors() throws Exception {
    Path run = work.resolve("driver-killed");
    ChunkFolder chunks = new ChunkFolder(run);
    Path folder = Files.createDirectories(work.resolve("still"));
    Map<String, String> settings = new HashMap<>(DyingFileSystem.standing(folder));
    settings.putAll(ALLOCATED);
    SparkSubmit.Running first = fixture.start(2, settings, DyingFileSystem.of(run));
    Waiting.until("the other chunks are committed", () -> chunks.markers().size() == CHUNKS - 1);
    Waiting.until("the second is gone", () -> fixture.cluster().executors().size() == 1);
    SparkSubmit.Result killed = first.kill();
    fixture.cluster().executors().forEach(ProcessHandle::destroyForcibly);
    assertThat(killed.exitCode()).as(killed.err()).isNotZero();
    Map<String, String> committed = chunks.markers();
    int attempts = chunks.attempts();
    long before = committedRows(run);

    SparkSubmit.Result resumed =
        fixture.start(1, settings, DyingFileSystem.of(run), "--resume").result();

    assertThat(resumed.exitCode()).as(resumed.out() + resumed.err()).isZero();
    assertThat(chunks.markers())
        .as("what was done is not done again")
        .containsAllEntriesOf(committed);
    int chunkCount = chunks.markers().size();
    assertThat(committed).as("in the middle").hasSizeLessThan(chunkCount);
    assertThat(attempts - committed.size()).as("chunks in flight").isOne();
    assertThat(chunks.attempts()).isEqualTo(attempts + chunkCount - committed.size());
    assertSame(run);
    assertWhole(run);
    MetricFiles metrics = fixture.metrics();
    assertThat(metrics.total("questions"))
        .as("the plugin has told Spark's sink of every answer, its warm-up apart")
        .isEqualTo(fixture.expected().size() - before);
    assertThat(metrics.total("errors")).isZero();
    assertThat(metrics.total("tokens_kept")).isPositive().isLessThan(metrics.total("tokens_in"));
  }

  private static long committedRows(Path run) throws IOException {
    org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(run.toUri());
    List<String> attempts =
        new RunDirectory(root, root.getFileSystem(new Configuration()))
            .committed().values().stream().map(Object::toString).toList();
    return Table.PREDICTIONS.read(LocalSpark.session(), attempts).count();
  }
}
