package io.prumerge.store;

import io.prumerge.lang.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.OutputWriter;
import org.apache.spark.sql.execution.datasources.OutputWriterFactory;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import scala.Function1;
import scala.Tuple2;
import scala.collection.immutable.Map$;

/** Reads and writes Parquet whose rows hold encoded images: one, several, or a video's frames. */
public final class ImageParquet {

  /**
   * Size of a row group; that of a larger row is the row's own. Readers hold one in memory; a task
   * that answers questions reads one.
   */
  private static final int GROUP_BYTES = 32 << 20;

  /**
   * Rows per batch. A row holds a whole encoded image, so Spark's default of 4,096 would not fit a
   * heap. A batch never has rows of two row groups, so that of large rows has fewer.
   */
  private static final int ROWS_AT_A_TIME = 64;

  private static final String COMPRESSION = "parquet.compression";

  /**
   * Settings of writers, which check the group's size at every row instead of every hundred, as the
   * next row may be a video of hundreds of megabytes, and use weak compression and no dictionary,
   * because encoded images neither repeat nor shrink.
   */
  private static final Map<String, String> OPTIONS =
      Map.of(
          "parquet.block.size",
          Integer.toString(GROUP_BYTES),
          "parquet.page.size.row.check.min",
          "1",
          "parquet.page.size.row.check.max",
          "1",
          "parquet.enable.dictionary#image",
          "false",
          "parquet.enable.dictionary#more_images.list.element",
          "false",
          "parquet.enable.dictionary#video.frames.list.element.image",
          "false",
          COMPRESSION,
          "zstd",
          "parquet.compression.codec.zstd.level",
          "1");

  private ImageParquet() {}

  /**
   * Returns a session for reading such Parquet: with all settings of {@code spark}, but small
   * batches and one task per row group. Spark takes both from a session only, and the caller's
   * session must not change, since it also reads other tables.
   */
  static SparkSession reading(SparkSession spark) {
    SparkSession reading = spark.newSession();
    scala.collection.Iterator<Tuple2<String, String>> settings = spark.conf().getAll().iterator();
    while (settings.hasNext()) {
      Tuple2<String, String> setting = settings.next();
      if (isOfTheSession(setting._1(), spark)
          && !setting._2().equals(reading.conf().get(setting._1(), null))) {
        reading.conf().set(setting._1(), setting._2());
      }
    }
    reading.conf().set("spark.sql.parquet.columnarReaderBatchSize", ROWS_AT_A_TIME);
    reading.conf().set("spark.sql.files.maxPartitionBytes", GROUP_BYTES);
    return reading;
  }

  /** Spark refuses to change settings that all sessions of an application share. */
  private static boolean isOfTheSession(String setting, SparkSession spark) {
    return !setting.startsWith("spark.sql.") || spark.conf().isModifiable(setting);
  }

  /**
   * Writes rows to a new folder, in row groups of 32 MiB, or of one larger row, because readers
   * hold one in memory.
   */
  public static void write(Dataset<Row> rows, String output) {
    WriteException.naming(output, () -> rows.write().options(OPTIONS).parquet(output));
  }

  /**
   * Adds rows to a folder in the same way, one file for each task that has rows. A task writes its
   * file where it stays, because a move is a copy on an object store, and under a name that no
   * other attempt uses. So files of attempts that failed may lie next to them.
   *
   * @param name begins the files' names
   * @param large whether a row may be of hundreds of megabytes: it is then not compressed, which
   *     takes two to three times as much memory again
   * @return names of the files that count
   */
  public static List<String> append(Dataset<Row> rows, String folder, String name, boolean large)
      throws IOException {
    SparkSession spark = rows.sparkSession();
    Job job = Job.getInstance(spark.sessionState().newHadoopConf());
    StructType schema = rows.schema();
    OutputWriterFactory files =
        new ParquetFileFormat().prepareWrite(spark, job, Map$.MODULE$.empty(), schema);
    OPTIONS.forEach(job.getConfiguration()::set); // in place of the session's
    if (large) {
      job.getConfiguration().set(COMPRESSION, CompressionCodecName.UNCOMPRESSED.name());
    }
    Broadcast<SerializableConfiguration> hadoop =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .broadcast(new SerializableConfiguration(job.getConfiguration()));
    return rows.mapPartitions(
            (MapPartitionsFunction<Row, String>)
                part ->
                    part.hasNext()
                        ? List.of(file(part, folder, name, files, schema, hadoop.value().value()))
                            .iterator()
                        : Collections.emptyIterator(),
            Encoders.STRING())
        .collectAsList();
  }

  /** Writes a file by Spark's own writer, and returns its name. */
  private static String file(
      Iterator<Row> rows,
      String folder,
      String begin,
      OutputWriterFactory files,
      StructType schema,
      Configuration hadoop) {
    TaskAttemptContext task = new TaskAttemptContextImpl(hadoop, new TaskAttemptID());
    String name =
        Text.format(
            "%s-%05d-%s%s",
            begin, TaskContext.getPartitionId(), UUID.randomUUID(), files.getFileExtension(task));
    Function1<Object, Object> internal = CatalystTypeConverters.createToCatalystConverter(schema);
    Path path = new Path(folder, name);
    try {
      OutputWriter file = files.newInstance(path.toString(), schema, task);
      try {
        rows.forEachRemaining(row -> file.write((InternalRow) internal.apply(row)));
      } finally {
        file.close();
      }
    } catch (Exception | FSError e) { // Scala does not declare what it throws
      if (e instanceof IOException || e instanceof FSError) {
        throw new UncheckedIOException(WriteException.of(path, e));
      }
      throw e;
    }
    return name;
  }
}
