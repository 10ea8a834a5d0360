package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.report.Table;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes killed at random points, over and over; profile {@code soak}. {@code soak.driverKills},
 * {@code soak.executorKills} and {@code soak.seed} say how often and when.
 */
@Tag("soak")
class SoakIT {

  private static final int IMAGES = 160;

  /** Kills of one task that Spark puts up with: here it is killed again and again. */
  private static final Map<String, String> PATIENT = Map.of("spark.task.maxFailures", "100");

  @TempDir private static Path work;
  private static ClusterFixture fixture;
  private static Random random;

  @BeforeAll
  static void start() throws Exception {
    random = new Random(Long.getLong("soak.seed"));
    fixture = new ClusterFixture(work, IMAGES);
  }

  @AfterAll
  static void stop() {
    if (fixture != null) {
      fixture.close();
    }
  }

  private static void assertSame(Path run) {
    List<String> rows = SameResult.of(run);
    List<Object> keys =
        Table.PREDICTIONS
            .read(LocalSpark.session(), List.of(run.resolve("predictions").toString()))
            .select("benchmark", "split", "method", "question_id")
            .distinct()
            .collectAsList()
            .stream()
            .map(row -> (Object) row)
            .toList();
    assertThat(keys).as("duplicated").hasSameSizeAs(rows);
    assertThat(rows).as("lost or changed").isEqualTo(fixture.expected());
  }

  /** Whether the run has ended by itself before the time is over. */
  private static boolean ended(SparkSubmit.Running running, int leastMillis, int mostMillis)
      throws InterruptedException {
    int pause = leastMillis + random.nextInt(mostMillis - leastMillis);
    return running.process().waitFor(pause, TimeUnit.MILLISECONDS);
  }

  @Test
  void driversKilledAtRandomPoints() throws Exception {
    int kills = Integer.getInteger("soak.driverKills");
    int done = 0;
    for (int round = 0; done < kills; round++) {
      Path run = work.resolve("drivers-" + round);
      ChunkFolder chunks = new ChunkFolder(run);
      int here = 0;
      int code = -1;
      while (code != ExitCode.DONE) {
        String[] resume =
            Files.exists(run.resolve("manifest.json")) ? new String[] {"--resume"} : new String[0];
        SparkSubmit.Running running = fixture.start(1 + random.nextInt(3), PATIENT, run, resume);
        if (done < kills && !ended(running, 1_000, 20_000)) {
          running.kill();
          here++;
          done++;
        } else {
          SparkSubmit.Result result = running.result();
          assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
          code = result.exitCode();
        }
      }
      assertSame(run);
      assertThat(chunks.attempts())
          .as("at most the chunk in flight is done again for each of %d kills", here)
          .isBetween(ClusterFixture.CHUNKS, ClusterFixture.CHUNKS + here);
      System.out.printf(
          "soak: run %d, %d driver kills, %d attempts at %d chunks%n",
          round, here, chunks.attempts(), ClusterFixture.CHUNKS);
    }
  }

  @Test
  void executorsKilledAtRandomPoints() throws Exception {
    int kills = Integer.getInteger("soak.executorKills");
    int done = 0;
    for (int round = 0; done < kills; round++) {
      Path run = work.resolve("executors-" + round);
      SparkSubmit.Running running = fixture.start(2, PATIENT, run);
      int here = 0;
      while (!ended(running, 500, 6_000)) {
        List<ProcessHandle> executors = fixture.cluster().executors();
        if (done < kills && !executors.isEmpty()) {
          executors.get(random.nextInt(executors.size())).destroyForcibly();
          here++;
          done++;
        }
      }
      SparkSubmit.Result result = running.result();
      assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
      assertSame(run);
      System.out.printf("soak: run %d, %d executor kills, 0 rows lost or doubled%n", round, here);
    }
  }
}
