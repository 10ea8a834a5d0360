package io.prumerge.run;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.prumerge.console.Work;
import io.prumerge.plan.PlanContents;
import io.prumerge.plan.RunWork;
import io.prumerge.store.ParquetFooters;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.SortedSet;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

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
   * Returns the work that these answers took, counted as by a {@link WorkMeter} if the images have
   * as many questions as the planned ones have on average.
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
