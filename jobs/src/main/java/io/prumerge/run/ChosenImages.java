package io.prumerge.run;

import io.prumerge.plan.Plan;
import io.prumerge.prepare.ExampleKeys;
import io.prumerge.run.cache.ImageLookup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
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
 * Some of a chunk's images. Their keys go to the tasks that have the images, and no key goes to the
 * driver. A join of Spark's would shuffle and sort the images, or hold all keys on the driver.
 */
final class ChosenImages {

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
   * @param images rows with a {@link Plan#FILE}, as they are read
   * @param chosen rows of {@link ImageLookup#SCHEMA}
   */
  static Dataset<Row> whereRead(Dataset<Row> images, Dataset<Row> chosen) {
    JavaRDD<Row> rows = images.javaRDD();
    Broadcast<HashMap<String, int[]>> tasks =
        JavaSparkContext.fromSparkContext(chosen.sparkSession().sparkContext())
            .broadcast(tasksOfFiles(rows.partitions()));
    JavaRDD<String> keys =
        chosen
            .select(columns(Plan.FILE))
            .javaRDD()
            .flatMapToPair(
                row ->
                    IntStream.of(tasks.value().getOrDefault(row.getString(KEY.length), new int[0]))
                        .mapToObj(task -> new Tuple2<>(task, joined(row, CHOSEN)))
                        .iterator())
            // The hash of a small number is the number, so a key goes to its task.
            .partitionBy(new HashPartitioner(rows.getNumPartitions()))
            .values();
    return together(rows, keys, images, chosen.sparkSession());
  }

  /**
   * Chooses images after a shuffle by their keys.
   *
   * @param images rows with their key
   * @param chosen rows of {@link ImageLookup#SCHEMA}
   * @param tasks number of tasks to repartition to
   */
  static Dataset<Row> shuffled(Dataset<Row> images, Dataset<Row> chosen, int tasks) {
    JavaRDD<String> keys =
        chosen
            .select(columns())
            .repartition(tasks, columns())
            .javaRDD()
            .map(row -> joined(row, CHOSEN));
    return together(
        images.repartition(tasks, columns()).javaRDD(), keys, images, chosen.sparkSession());
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
    int[] places = Arrays.stream(KEY).mapToInt(name -> images.schema().fieldIndex(name)).toArray();
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
