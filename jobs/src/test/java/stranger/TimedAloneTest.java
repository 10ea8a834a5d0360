package stranger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.prumerge.LocalSpark;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.statistics.Interval;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.Table;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Times that are measured: those of {@code none} by another name are not found different, those of
 * a method that waits a fifth longer are. Skipped on a machine that is busy otherwise. It is timed,
 * so no build runs it.
 */
@Tag("soak")
class TimedAloneTest {

  private static final int RUNS = 20;
  private static final int COVERED = 17;
  private static final int IMAGES = 50;
  private static final double SLOWER = 0.2;
  private static final double HALF_WIDTH = 0.1;
  private static final String SAME = "waiting:micros=1";
  private static final String MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString();

  private final SparkSession spark = LocalSpark.session();

  @TempDir private Path folder;

  private static void fine(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
  }

  private String place(String name) {
    return folder.resolve(name).toString();
  }

  private EfficiencyRow times(String run, String method) {
    return Table.EFFICIENCY
        .records(Table.EFFICIENCY.read(spark, List.of(place(run) + "/report/efficiency")))
        .stream()
        .filter(row -> row.method().equals(method))
        .findFirst()
        .orElseThrow();
  }

  private void evaluate(String run, String other) {
    fine(
        "evaluate",
        "--model",
        MODEL,
        "--examples",
        place("examples"),
        "--method",
        "none",
        SAME,
        other,
        "--device",
        "cpu",
        "--dtype",
        "fp32",
        "--timing",
        "alone",
        "--output",
        place(run));
  }

  // Where others take the processors in turns, a question of milliseconds takes up to ten times as
  // long, and no 50 images tell anything.
  private static void requireQuiet() {
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    assumeThat(system.getSystemLoadAverage())
        .as("processes that want a processor, of %d", system.getAvailableProcessors())
        .isLessThan(system.getAvailableProcessors());
  }

  @Test
  void aMethodIsFoundSlowerIfItIs() throws Exception {
    requireQuiet();
    String mini = place("mini");
    fine(
        "mini",
        "--images",
        Integer.toString(IMAGES),
        "--seed",
        "1",
        "--split",
        "test",
        "--output",
        mini);
    fine(
        "prepare",
        "--benchmark",
        "vqav2",
        "--source",
        mini + "/vqav2",
        "--output",
        place("examples"));
    Path jar = StrangersJar.of(folder, ReducerFactory.class, Waiting.class);
    spark.sql("ADD JAR '" + jar + "'"); // for the tasks
    StrangersJar.seen(jar, this::compare);
  }

  private void compare() {
    evaluate("first", "waiting:micros=2");
    double median = times("first", "none").msMedian().orElseThrow();
    String slower = "waiting:micros=" + Math.round(1e3 * SLOWER * median);
    int covered = 0;
    for (int run = 0; run < RUNS; run++) {
      evaluate("run" + run, slower);
      EfficiencyRow same = times("run" + run, SAME);
      Interval interval = same.speedupInterval().orElseThrow();
      covered += interval.low() <= 1 && 1 <= interval.high() ? 1 : 0;
      assertThat((interval.high() - interval.low()) / 2).isLessThan(HALF_WIDTH);
      EfficiencyRow waiting = times("run" + run, slower);
      assertThat(waiting.speedupInterval().orElseThrow().high()).as(slower).isLessThan(1);
    }
    assertThat(covered).isGreaterThanOrEqualTo(COVERED);
  }
}
