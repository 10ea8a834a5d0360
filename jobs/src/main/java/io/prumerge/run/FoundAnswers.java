package io.prumerge.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.prumerge.lang.Text;
import io.prumerge.plan.ChunkedRows;
import io.prumerge.run.cache.AnswerCache;
import io.prumerge.run.cache.ImageLookup;
import io.prumerge.run.cache.ModelKey;
import io.prumerge.settings.RunConfiguration;
import io.prumerge.store.SparkInput;
import io.prumerge.store.WriteException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What an {@link AnswerCache} holds of one model's run, by image. It is looked up once for all
 * chunks, because an image's answers may be anywhere in the cache, and each chunk would read all of
 * it. The rows are stored in the run's folder, partitioned by chunk.
 *
 * @param cache cache that the answers come from, and that new answers go to
 * @param fs file system of the run
 * @param folder folder within the run, with a sub-folder for each open chunk
 */
record FoundAnswers(AnswerCache cache, FileSystem fs, Path folder) {

  /** Few enough that a task holds a file's rows without spilling much. */
  private static final long IMAGES_PER_FILE = 20_000;

  /**
   * Looks up the answers and writes them to {@code folder}.
   *
   * @param model part of the answers' keys
   * @param planned rows of the open chunks, with their {@link ChunkedRows#CHUNK}
   * @param perChunk number of images of a chunk
   * @param folder folder that does not exist yet
   */
  static FoundAnswers of(
      AnswerCache cache,
      ModelKey model,
      RunConfiguration configuration,
      Dataset<Row> planned,
      long perChunk,
      FileSystem fs,
      Path folder)
      throws IOException {
    String file = Text.format("pmod(xxhash64(image_key), %d)", perChunk / IMAGES_PER_FILE + 1);
    Dataset<Row> found = ImageLookup.of(model, configuration).in(cache.answers(), planned);
    WriteException.naming(
        folder.toString(),
        () ->
            found
                .repartition(col(ChunkedRows.CHUNK), expr(file))
                .write()
                .partitionBy(ChunkedRows.CHUNK)
                .parquet(folder.toString()));
    return new FoundAnswers(cache, fs, folder);
  }

  /** Returns one row of {@link ImageLookup#SCHEMA} for each image of a chunk. */
  Dataset<Row> of(SparkSession spark, int chunk) {
    Path part = new Path(folder, ChunkedRows.CHUNK + "=" + chunk);
    try {
      if (!fs.exists(part)) {
        return spark.createDataFrame(List.of(), ImageLookup.SCHEMA);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + folder, e);
    }
    return SparkInput.parquet(spark, ImageLookup.SCHEMA, part.toString());
  }

  /** Deletes the folder, after the last chunk. */
  void delete() throws IOException {
    fs.delete(folder, true);
  }
}
