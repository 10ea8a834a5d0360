package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.prumerge.console.Failure;
import io.prumerge.store.QuickLocalFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionsTest {

  private static final String PARTITIONS = "spark.sql.shuffle.partitions";
  private static final String HEARTBEAT = "spark.executor.heartbeatInterval";
  private static final String FAILURES = "spark.executor.heartbeat.maxFailures";
  private static final String STAGES_COMPILED = "spark.sql.codegen.wholeStage";
  private static final String ROWS_COMPILED = "spark.sql.codegen.factoryMode";
  private static final String WEB_PAGE = "spark.ui.enabled";
  private static final String DISK = "spark.hadoop.fs.file.impl";
  private static final String NAME = "spark.app.name";

  /** Settings as spark-submit leaves them. */
  private static SparkConf submitted(String master) {
    return new SparkConf(false).set("spark.master", master).set(NAME, "io.prumerge.jobs.Main");
  }

  private static SparkConf settings(SparkConf conf) {
    return Sessions.settings(conf, "evaluate run-1: mini-llava on pope");
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "local[2]", "local[*]", "local[4,2]", "local-cluster[2,1,2048]"})
  void everyLocalMasterIsALaptop(String master) {
    SparkConf conf = settings(submitted(master));

    assertThat(conf.get(PARTITIONS)).isEqualTo("8");
    assertThat(conf.get(HEARTBEAT)).isEqualTo("1s");
    assertThat(conf.getTimeAsSeconds(HEARTBEAT) * conf.getInt(FAILURES, 60))
        .as("seconds until a driver ends that does not answer itself: as Spark's 60 of 10 s")
        .isEqualTo(600);
    assertThat(conf.get(WEB_PAGE)).isEqualTo("false");
    assertThat(conf.get(STAGES_COMPILED)).isEqualTo("false");
    assertThat(conf.get(ROWS_COMPILED)).isEqualTo("NO_CODEGEN");
    assertThat(conf.get("spark.master")).isEqualTo(master);
  }

  @Test
  void namesTheMasterThatDoesNotAnswer() {
    IllegalStateException stopped =
        new IllegalStateException("Cannot call methods on a stopped SparkContext.\nThis ...");

    assertThat(Sessions.unreached(submitted("spark://host:7077"), stopped))
        .hasMessageStartingWith("Cannot start Spark: no master answers at spark://host:7077, or");
    assertThat(
            Sessions.unreached(
                submitted("spark://host:7077"),
                new IllegalStateException("LiveListenerBus is stopped.")))
        .isInstanceOf(Failure.class);
    assertThat(Sessions.unreached(submitted("yarn"), stopped)).isSameAs(stopped);
    IllegalStateException other = new IllegalStateException("another problem");
    assertThat(Sessions.unreached(submitted("spark://host:7077"), other)).isSameAs(other);
  }

  @ParameterizedTest
  @ValueSource(strings = {"spark://host:7077", "yarn", "k8s://https://host"})
  void aClusterHasItsOwnDefaults(String master) {
    SparkConf conf = settings(submitted(master));

    for (String name :
        List.of(
            PARTITIONS,
            HEARTBEAT,
            FAILURES,
            STAGES_COMPILED,
            ROWS_COMPILED,
            WEB_PAGE,
            "spark.driver.host")) {
      assertThat(conf.contains(name)).as(name).isFalse();
    }
  }

  @Test
  void plainJavaIsALaptopToo() {
    SparkConf conf = settings(new SparkConf(false));

    assertThat(conf.get("spark.master")).isEqualTo("local[*]");
    assertThat(conf.get(PARTITIONS)).isEqualTo("8");
    assertThat(conf.get(NAME)).isEqualTo("prumerge-spark evaluate run-1: mini-llava on pope");
  }

  @Test
  void whatTheUserHasSetStays() {
    SparkConf conf =
        settings(
            submitted("local[2]")
                .set(PARTITIONS, "64")
                .set(HEARTBEAT, "30s")
                .set(WEB_PAGE, "true")
                .set(STAGES_COMPILED, "true")
                .set(ROWS_COMPILED, "FALLBACK")
                .set(NAME, "nightly"));

    assertThat(conf.get(PARTITIONS)).isEqualTo("64");
    assertThat(conf.get(HEARTBEAT)).isEqualTo("30s");
    assertThat(conf.get(WEB_PAGE)).isEqualTo("true");
    assertThat(conf.get(STAGES_COMPILED)).isEqualTo("true");
    assertThat(conf.get(ROWS_COMPILED)).isEqualTo("FALLBACK");
    assertThat(conf.get(NAME)).isEqualTo("nightly");
  }

  @Test
  void anExecutorHasRoomForATask() {
    SparkConf conf = submitted("spark://host:7077").set("spark.executor.cores", "1");

    assertThat(settings(conf.clone().set("spark.task.cpus", "1")).get(NAME)).isNotEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(conf.clone().set("spark.task.cpus", "4")))
        .withMessage(
            "Cannot start Spark: an executor has spark.executor.cores=1, and a task takes"
                + " spark.task.cpus=4; lower the latter to 1");
  }

  /** The executors of any other master start without this project's classes. */
  @Test
  void onlyAJvmOfItsOwnHasTheQuickLocalDisk() {
    assertThat(settings(submitted("local[2]")).get(DISK, null))
        .isEqualTo(QuickLocalFileSystem.helps() ? QuickLocalFileSystem.class.getName() : null);
    assertThat(settings(submitted("local[2]").set(DISK, "theirs")).get(DISK)).isEqualTo("theirs");
    assertThat(settings(submitted("local-cluster[2,1,2048]")).contains(DISK)).isFalse();
    assertThat(settings(submitted("yarn")).contains(DISK)).isFalse();
  }

  @Test
  void theQuickLocalDiskSetsPermissions(@TempDir Path folder) throws IOException {
    assumeThat(QuickLocalFileSystem.helps()).isTrue();
    Path file = Files.createFile(folder.resolve("file"));
    try (FileSystem disk = new QuickLocalFileSystem()) {
      disk.initialize(folder.toUri(), new Configuration());
      for (String letters : List.of("rwxr-x---", "rw-r--r--", "r--------")) {
        disk.setPermission(
            new org.apache.hadoop.fs.Path(file.toUri()), FsPermission.valueOf("-" + letters));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo(letters);
      }
      disk.setPermission(
          new org.apache.hadoop.fs.Path(folder.toUri()), new FsPermission((short) 01777));
      assertThat((int) Files.getAttribute(folder, "unix:mode") & 07777).isEqualTo(01777);
    }
  }

  @Test
  void theApplicationIsCalledByItsWork() {
    SparkConf conf = settings(submitted("yarn"));
    assertThat(conf.get(NAME)).isEqualTo("prumerge-spark evaluate run-1: mini-llava on pope");

    assertThat(Sessions.settings(submitted("yarn"), "report of " + "a, ".repeat(100)).get(NAME))
        .hasSize(120)
        .endsWith("a,...");
    assertThat(Sessions.names(List.of("s3a://bucket/runs/a/", "b", "/"))).isEqualTo("a, b, ");
    assertThat(
            Sessions.models(
                List.of("/m/llava-v1.5-7b+/m/llava-v1.5-7b-lora", "openai:http://h/v1#m")))
        .isEqualTo("llava-v1.5-7b-lora, m");
  }

  @Test
  void onlyOneBarIsOnTheConsole() {
    SparkConf conf = settings(submitted("yarn").set("spark.ui.showConsoleProgress", "true"));

    assertThat(conf.get("spark.ui.showConsoleProgress")).isEqualTo("false");
  }
}
