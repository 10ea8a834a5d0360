package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.console.ExitCode;
import io.prumerge.jobs.SameResult;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
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
@Tag("process")
class SoakIT {

  private static final int IMAGES = 160;

  /** An executor takes about a quarter of it to start. */
  private static final int MOST_MILLIS_OF_AN_EXECUTOR = 15_000;

  private static final int MOST_CHUNKS_OF_A_DRIVER = 4;
  private static final int MOST_MILLIS_IN_A_CHUNK = 5_000;

  /**
   * Kills of one task, and of executors that hold what the next stage reads, that Spark puts up
   * with: here they come again and again.
   */
  private static final Map<String, String> PATIENT =
      Map.of("spark.task.maxFailures", "100", "spark.stage.maxConsecutiveAttempts", "100");

  @TempDir private static Path work;
  private static ClusterFixture fixture;
  private static Random random;

  /** Whom its worker may not have buried yet. */
  private static final Set<ProcessHandle> KILLED = new HashSet<>();

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
    List<String> rows = SameResult.of(run.toString());
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

  /**
   * An executor that has reached a random age: some have just started, most are at work.
   *
   * @return empty where the run has ended before
   */
  private static Optional<ProcessHandle> victim(SparkSubmit.Running running)
      throws InterruptedException {
    Duration age = Duration.ofMillis(random.nextInt(MOST_MILLIS_OF_AN_EXECUTOR));
    while (!running.process().waitFor(100, TimeUnit.MILLISECONDS)) {
      Instant latest = Instant.now().minus(age);
      Optional<ProcessHandle> old =
          fixture.cluster().executors().stream()
              .filter(one -> one.info().startInstant().filter(latest::isAfter).isPresent())
              .filter(one -> !KILLED.contains(one))
              .findAny();
      if (old.isPresent()) {
        KILLED.add(old.get());
        return old;
      }
    }
    return Optional.empty();
  }

  /**
   * Kills a driver as it starts, in its first chunk or in one of the next.
   *
   * @return false where the run has ended before
   */
  private static boolean killed(SparkSubmit.Running running, ChunkFolder chunks)
      throws IOException, InterruptedException {
    int begun = chunks.attempts() + random.nextInt(MOST_CHUNKS_OF_A_DRIVER);
    int pause = random.nextInt(MOST_MILLIS_IN_A_CHUNK);
    while (!running.process().waitFor(100, TimeUnit.MILLISECONDS)) {
      if (chunks.attempts() >= begun) {
        if (running.process().waitFor(pause, TimeUnit.MILLISECONDS)) {
          return false;
        }
        running.kill();
        return true;
      }
    }
    return false;
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
        if (done < kills && killed(running, chunks)) {
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
          .as("at most the two chunks in flight are done again for each of %d kills", here)
          .isBetween(ClusterFixture.CHUNKS, ClusterFixture.CHUNKS + 2 * here);
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
      Optional<ProcessHandle> victim = victim(running);
      while (victim.isPresent()) {
        victim.get().destroyForcibly();
        here++;
        done++;
        victim = done < kills ? victim(running) : Optional.empty();
      }
      SparkSubmit.Result result = running.result();
      assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
      assertSame(run);
      System.out.printf("soak: run %d, %d executor kills, 0 rows lost or doubled%n", round, here);
    }
  }
}
