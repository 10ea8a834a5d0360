package io.prumerge.run;

import static org.apache.spark.sql.functions.expr;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.prumerge.console.Work;
import io.prumerge.plan.RunWork;
import io.prumerge.store.Table;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

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
   * @param images number of distinct images
   * @param aboutImages number of rows about an image
   */
  record ChunkCounts(String runId, long answers, long errors, long images, long aboutImages) {

    /** Counts of nothing. */
    static final ChunkCounts NONE = new ChunkCounts("", 0, 0, 0, 0);

    /**
     * Counts written predictions. Reads only the columns that it needs.
     *
     * @param predictions rows of {@link Table#PREDICTIONS} of one run
     */
    static ChunkCounts of(Dataset<Row> predictions) {
      List<Row> counts =
          predictions
              .groupBy("run_id")
              .agg(
                  expr("count(*)"),
                  expr("count(error)"),
                  expr("count(DISTINCT benchmark, split, image_id)"),
                  expr("count(image_id)"))
              .collectAsList();
      if (counts.size() > 1) {
        throw new IllegalStateException(
            String.format(Locale.ROOT, "One chunk holds answers of %d runs", counts.size()));
      }
      return counts.isEmpty()
          ? NONE
          : new ChunkCounts(
              counts.get(0).getString(0),
              counts.get(0).getLong(1),
              counts.get(0).getLong(2),
              counts.get(0).getLong(3),
              counts.get(0).getLong(4));
    }

    /**
     * Returns the work behind these answers, counted as by a {@link WorkMeter}.
     *
     * @param methods number of methods of the run
     */
    Work work(RunWork work, int methods) {
      return new Work(
          answers, work.of(images, aboutImages / methods, (answers - aboutImages) / methods));
    }
  }
}
