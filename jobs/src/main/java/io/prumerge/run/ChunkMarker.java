package io.prumerge.run;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.prumerge.console.Work;
import io.prumerge.plan.PlanContents;
import io.prumerge.plan.RunWork;
import io.prumerge.store.ParquetFooters;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.Locale;
import java.util.SortedSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The file that commits a chunk. It names the attempt that counts, and holds its counts so that
 * resuming a run does not read the chunks.
 *
 * <p>A chunk whose errors were asked again has a further marker, with the next number. The highest
 * number counts.
 *
 * @param chunk number of the chunk in the run's folder
 * @param retry how often the chunk's errors were asked again, with success
 * @param attempt name of the attempt's folder
 */
record ChunkMarker(
    int chunk, @JsonSetter(nulls = Nulls.AS_EMPTY) int retry, String attempt, ChunkCounts counts) {

  private static final Pattern NAME = Pattern.compile("committed-\\d{5,}(-\\d{5,})?\\.json");
  private static final String ATTEMPT = "chunk-%05d-";

  ChunkMarker {
    if (!attempt.matches(String.format(Locale.ROOT, ATTEMPT, chunk) + "[-0-9a-f]{36}")) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "attempt is '%s', which is not an attempt at chunk %d", attempt, chunk));
    }
  }

  static String newAttempt(int chunk) {
    return String.format(Locale.ROOT, ATTEMPT, chunk) + UUID.randomUUID();
  }

  /** Returns the name of the file with this marker. */
  String fileName() {
    return retry == 0
        ? String.format(Locale.ROOT, "committed-%05d.json", chunk)
        : String.format(Locale.ROOT, "committed-%05d-%05d.json", chunk, retry);
  }

  static boolean isOne(Path file) {
    return NAME.matcher(file.getName()).matches();
  }

  /**
   * Counts of a chunk's predictions.
   *
   * @param runId empty if there are no predictions
   * @param answers number of rows
   * @param errors number of rows with an error
   * @param aboutImages number of rows about an image
   */
  @JsonIgnoreProperties("images") // markers of earlier versions have it
  record ChunkCounts(String runId, long answers, long errors, long aboutImages) {

    /** Counts of nothing. */
    static final ChunkCounts NONE = new ChunkCounts("", 0, 0, 0);

    private static final String RUN = "run_id";
    private static final String ERROR = "error";
    private static final String IMAGE = "image_id";

    /**
     * Counts written predictions of one run by the footers of their files, without a Spark job.
     *
     * @param attempt folder of a {@link Table#PREDICTIONS}
     */
    static ChunkCounts of(Path attempt, FileSystem fs) throws IOException {
      ParquetFooters files = ParquetFooters.of(attempt, fs, RUN, ERROR, IMAGE);
      SortedSet<String> runs = files.bounds(RUN);
      if (runs.size() > 1) {
        throw new IllegalStateException("One chunk holds answers of several runs: " + runs);
      }
      return runs.isEmpty()
          ? NONE
          : new ChunkCounts(runs.first(), files.rows(), files.values(ERROR), files.values(IMAGE));
    }

    /**
     * Returns the work that these answers took, counted as by a {@link WorkMeter} if the images
     * have as many questions as the planned ones have on average.
     *
     * @param methods number of methods of the run
     */
    Work work(RunWork work, int methods, PlanContents planned) {
      long questions = aboutImages / methods;
      return new Work(
          answers,
          work.of(
              Math.round(questions * planned.imagesPerQuestion()),
              questions,
              (answers - aboutImages) / methods));
    }
  }
}
