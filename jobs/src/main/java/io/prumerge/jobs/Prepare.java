package io.prumerge.jobs;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.ImageFolder;
import io.prumerge.benchmark.ImagePlace;
import io.prumerge.benchmark.SourceFiles;
import io.prumerge.report.ImageParquet;
import io.prumerge.report.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** Reads a benchmark's files into the examples table. */
final class Prepare {

  /** Images a task reads: many enough to be worth a task, few enough to be repeated cheaply. */
  private static final int IMAGES_PER_TASK = 256;

  /** How many of the first images are looked for to find their folder. */
  private static final int SAMPLE = 20;

  private final SparkSession spark;
  private final Console console;

  Prepare(SparkSession spark, Console console) {
    this.spark = spark;
    this.console = console;
  }

  /** Writes the table and says what is in it. */
  void run(PrepareOptions options) throws IOException {
    Folders folders = new Folders(spark);
    Path output = folders.absent("--output", options.output());
    SourceFiles source = folders.sources(options.sources(), options.split());
    Map<ImageKey, List<BenchmarkQuestion>> groups = groups(options, source);
    ImageFolder imageFolder = imageFolder(groups.values(), source);
    try {
      ImageParquet.write(rows(options, groups, imageFolder), output.toString());
    } catch (Exception e) { // a failed job throws one that Scala does not declare
      // Nobody could tell half a table from a whole one; this folder is our own.
      folders.fileSystem(output).delete(output, true);
      throw e;
    }
    report(options, output);
  }

  /** Questions by image, in the order in which images first appear; text-only ones alone. */
  private static Map<ImageKey, List<BenchmarkQuestion>> groups(
      PrepareOptions options, SourceFiles source) throws IOException {
    Map<ImageKey, List<BenchmarkQuestion>> groups = new LinkedHashMap<>();
    options
        .benchmark()
        .read(
            source,
            options.prompts(),
            question ->
                groups
                    .computeIfAbsent(ImageKey.of(question), key -> new ArrayList<>())
                    .add(question));
    if (groups.isEmpty()) {
      throw new Failure("There are no questions in " + String.join(", ", options.sources()));
    }
    return groups;
  }

  /** The folder of the images that are files of their own. */
  private static ImageFolder imageFolder(
      Collection<List<BenchmarkQuestion>> groups, SourceFiles source) throws IOException {
    List<String> names =
        groups.stream()
            .flatMap(group -> group.get(0).image().stream())
            .filter(ImagePlace.InFolder.class::isInstance)
            .map(ImagePlace::id)
            .limit(SAMPLE)
            .toList();
    return names.isEmpty() ? ImageFolder.NONE : source.imageFolder(names);
  }

  private Dataset<Row> rows(
      PrepareOptions options,
      Map<ImageKey, List<BenchmarkQuestion>> groups,
      ImageFolder imageFolder) {
    List<byte[]> tasks = packed(options, groups.values().iterator());
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> hadoop =
        context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
    JavaRDD<Row> examples =
        context
            .parallelize(tasks, tasks.size())
            .flatMap(images -> ImageRows.read(images, imageFolder, hadoop.value().value()));
    return spark.createDataFrame(examples, Table.EXAMPLES.schema());
  }

  /**
   * What every task gets. Questions are let go as soon as they are packed: VQAv2 has half a million
   * of them, and Spark copies what it distributes.
   */
  private static List<byte[]> packed(
      PrepareOptions options, Iterator<List<BenchmarkQuestion>> groups) {
    List<byte[]> tasks = new ArrayList<>();
    List<ImageQuestions> images = new ArrayList<>();
    long questions = 0;
    while (groups.hasNext() && questions < options.limit().orElse(Long.MAX_VALUE)) {
      List<BenchmarkQuestion> group = groups.next();
      groups.remove();
      questions += group.size();
      Row row = QuestionRows.image(options.benchmark().name(), options.splitName(), group);
      images.add(new ImageQuestions(group.get(0).image(), row));
      if (images.size() == IMAGES_PER_TASK) {
        tasks.add(ImageQuestions.pack(images));
        images.clear();
      }
    }
    if (!images.isEmpty()) {
      tasks.add(ImageQuestions.pack(images));
    }
    return tasks;
  }

  private void report(PrepareOptions options, Path output) {
    Row counts =
        Table.EXAMPLES
            .read(spark, List.of(output.toString()))
            .agg(
                count(col("image_id")).as("images"),
                sum(size(col("questions"))).as("questions"),
                count(when(col("image_id").isNotNull().and(col("image_sha256").isNull()), lit(1))),
                count(when(col("image_sha256").isNotNull().and(col("width").isNull()), lit(1))))
            .first();
    console
        .out()
        .printf(
            "%s/%s: %,d images, %,d questions -> %s%n",
            options.benchmark().name(),
            options.splitName(),
            counts.getLong(0),
            counts.getLong(1),
            output);
    if (counts.getLong(2) > 0) {
      console.warn(
          "%,d images are missing; their questions will have the error image_missing",
          counts.getLong(2));
    }
    if (counts.getLong(3) > 0) {
      console.warn(
          "%,d images are corrupt, unsupported or too large; their questions will have an error",
          counts.getLong(3));
    }
  }
}
