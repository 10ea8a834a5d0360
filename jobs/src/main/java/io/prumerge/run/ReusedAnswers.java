package io.prumerge.run;

import static org.apache.spark.sql.functions.array_join;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.prumerge.plan.ExampleFiles;
import io.prumerge.prepare.ExampleKeys;
import io.prumerge.run.cache.AnswerCache;
import io.prumerge.run.cache.ImageLookup;
import io.prumerge.store.Table;
import io.prumerge.video.ChosenFrames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.spark.HashPartitioner;
import org.apache.spark.Partition;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.FilePartition;
import org.apache.spark.sql.execution.datasources.PartitionedFile;
import org.apache.spark.sql.functions;
import scala.Tuple2;

/**
 * One chunk of a run with an answer cache. If an image lacks an answer of a method, all of its
 * questions are asked with that method.
 */
final class ReusedAnswers {

  /** The columns that identify an answer within a run. */
  static final String[] QUESTION = {"benchmark", "split", "question_id", "method"};

  /** No method's name has one. */
  private static final String SEPARATOR = "\n";

  private final AnswerCache cache;
  private final Manifest manifest;
  private final Dataset<Row> chunk;
  private final Dataset<Row> images;

  /**
   * @param cache receives new answers
   * @param chunk the chunk's planned rows
   * @param images what the cache knows of them: rows of {@link ImageLookup#SCHEMA}
   */
  ReusedAnswers(AnswerCache cache, Manifest manifest, Dataset<Row> chunk, Dataset<Row> images) {
    this.cache = cache;
    this.manifest = manifest;
    this.chunk = chunk;
    this.images = images;
  }

  /**
   * Returns one row per question and method, like {@link Predictions}, but takes answers from the
   * cache where possible. A cached answer has {@code flops_executed} 0, of an endpoint {@code
   * tries} 0, and keeps its original times, host and device.
   *
   * @param tasks as in {@link Predictions}
   */
  Dataset<Row> predictions(Predictions predictions, OptionalInt tasks) {
    Dataset<Row> all =
        images
            .select(
                expr("benchmark"),
                expr("split"),
                expr("image_id"),
                expr("image_sha256"),
                expr("video"),
                expr("inline(" + ImageLookup.ANSWERS + ")"))
            .withColumn("run_id", lit(manifest.runId()))
            .withColumn("model", lit(manifest.configuration().name()))
            .withColumn("protocol", expr(ChosenFrames.protocol(manifest.configuration().frames())))
            .withColumn("flops_executed", expr("if(flops_total IS NULL, NULL, 0L)"))
            .withColumn("tries", expr("if(ms_request IS NULL, NULL, 0)"))
            .withColumn("error", lit(null))
            .selectExpr(Table.PREDICTIONS.schema().fieldNames())
            .to(Table.PREDICTIONS.schema());
    for (String methods : missing()) {
      Dataset<Row> these =
          images.where(array_join(col(ImageLookup.MISSING), SEPARATOR).equalTo(lit(methods)));
      all = all.unionByName(asked(predictions, these, List.of(methods.split(SEPARATOR)), tasks));
    }
    return all;
  }

  /** Returns the sets of methods under which some images lack answers: a few, of any chunk. */
  private List<String> missing() {
    return images
        .where("size(" + ImageLookup.MISSING + ") > 0")
        .select(array_join(col(ImageLookup.MISSING), SEPARATOR))
        .distinct()
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .sorted()
        .toList();
  }

  private Dataset<Row> asked(
      Predictions predictions, Dataset<Row> these, List<String> methods, OptionalInt tasks) {
    return Arrays.asList(chunk.columns()).contains(ExampleFiles.COLUMN)
        ? predictions.of(ChosenImages.whereRead(chunk, these), methods, tasks)
        // Rows of a DataFrame are shuffled in any case, and then need not be again.
        : predictions.of(
            ChosenImages.shuffled(chunk, these, tasks.orElseThrow()), methods, OptionalInt.empty());
  }

  /**
   * Adds the new answers of a committed attempt to the cache.
   *
   * @param attempt the written predictions of this chunk
   */
  void keep(Dataset<Row> attempt) throws IOException {
    Dataset<Row> keys =
        images.selectExpr("benchmark", "split", "inline(" + ImageLookup.UNANSWERED + ")");
    if (!keys.isEmpty()) {
      // A merge join: a broadcast would bring the keys to the driver.
      cache.add(attempt.where("error IS NULL").join(keys.hint("merge"), QUESTION));
    }
  }

  /**
   * Some of a chunk's images. Their keys go to the tasks that have the images, and no key goes to
   * the driver. A join of Spark's would shuffle and sort the images, or hold all keys on the
   * driver.
   */
  private static final class ChosenImages {

    /** No key has one. */
    private static final String SEPARATOR = "\u0000";

    private static final String[] KEY = ExampleKeys.columns();

    /** Where the key stands in the rows that are selected here. */
    private static final int[] CHOSEN = IntStream.range(0, KEY.length).toArray();

    private ChosenImages() {}

    /**
     * Chooses images in the tasks that read their files; no image is shuffled. The driver holds the
     * names of the files.
     *
     * @param images rows with a {@link ExampleFiles#COLUMN}, as they are read
     * @param chosen rows of {@link ImageLookup#SCHEMA}
     */
    static Dataset<Row> whereRead(Dataset<Row> images, Dataset<Row> chosen) {
      JavaRDD<Row> rows = images.javaRDD();
      Broadcast<HashMap<String, int[]>> tasks =
          JavaSparkContext.fromSparkContext(chosen.sparkSession().sparkContext())
              .broadcast(tasksOfFiles(rows.partitions()));
      JavaRDD<String> keys =
          chosen
              .select(columns(ExampleFiles.COLUMN))
              .javaRDD()
              .flatMapToPair(
                  row ->
                      IntStream.of(
                              tasks.value().getOrDefault(row.getString(KEY.length), new int[0]))
                          .mapToObj(task -> new Tuple2<>(task, joined(row, CHOSEN)))
                          .iterator())
              // The hash of a small number is the number, so a key goes to its task.
              .partitionBy(new HashPartitioner(rows.getNumPartitions()))
              .values();
      return together(rows, keys, images, chosen.sparkSession());
    }

    /**
     * Chooses images after a shuffle by their pictures.
     *
     * @param images rows with their key
     * @param chosen rows of {@link ImageLookup#SCHEMA}
     * @param tasks number of tasks to repartition to
     */
    static Dataset<Row> shuffled(Dataset<Row> images, Dataset<Row> chosen, int tasks) {
      JavaRDD<String> keys =
          chosen
              .repartition(tasks, expr(ExampleKeys.PICTURE))
              .select(columns())
              .javaRDD()
              .map(row -> joined(row, CHOSEN));
      return together(
          Predictions.shuffle(images, tasks).javaRDD(), keys, images, chosen.sparkSession());
    }

    private static Column[] columns(String... more) {
      List<String> names = new ArrayList<>(List.of(KEY));
      names.addAll(List.of(more));
      return names.stream().map(functions::col).toArray(Column[]::new);
    }

    /** Returns the partitions that read each file; a large one is read in several. */
    private static HashMap<String, int[]> tasksOfFiles(List<Partition> partitions) {
      Map<String, Set<Integer>> tasks = new HashMap<>();
      for (Partition partition : partitions) {
        for (PartitionedFile file : ((FilePartition) partition).files()) {
          tasks
              .computeIfAbsent(file.filePath().toPath().getName(), name -> new HashSet<>())
              .add(partition.index());
        }
      }
      return tasks.entrySet().stream()
          .collect(
              Collectors.toMap(
                  Map.Entry::getKey,
                  entry -> entry.getValue().stream().mapToInt(Integer::intValue).toArray(),
                  (one, other) -> one,
                  HashMap::new));
    }

    private static Dataset<Row> together(
        JavaRDD<Row> rows, JavaRDD<String> keys, Dataset<Row> images, SparkSession spark) {
      int[] places =
          Arrays.stream(KEY).mapToInt(name -> images.schema().fieldIndex(name)).toArray();
      return spark.createDataFrame(
          rows.zipPartitions(keys, (own, wanted) -> of(own, wanted, places)), images.schema());
    }

    private static Iterator<Row> of(Iterator<Row> images, Iterator<String> wanted, int[] places) {
      Set<String> keys = new HashSet<>();
      wanted.forEachRemaining(keys::add);
      return StreamSupport.stream(
              Spliterators.spliteratorUnknownSize(images, Spliterator.ORDERED), false)
          .filter(image -> keys.contains(joined(image, places)))
          .iterator();
    }

    private static String joined(Row row, int[] places) {
      return Arrays.stream(places).mapToObj(row::getString).collect(Collectors.joining(SEPARATOR));
    }
  }
}
