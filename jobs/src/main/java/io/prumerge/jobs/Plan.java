package io.prumerge.jobs;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.prumerge.benchmark.DataException;
import io.prumerge.report.Scores;
import io.prumerge.report.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Which images a run covers. Their keys and hashes pass the driver one by one; it holds those of a
 * limited run, and of the prompts a few.
 */
final class Plan {

  private static final String[] KEY = {"benchmark", "split", "image_key"};

  /** Names an image with its questions, or a text-only question. */
  private static final String IMAGE_KEY =
      "coalesce(concat('%s', image_id), concat('question ', questions[0].question_id))"
          .formatted(PlanContents.IMAGE_PREFIX);

  /** With so many files for each, a chunk is all that is in some of them, and reads no other. */
  static final int FILES_PER_CHUNK = 16;

  /** About so many prompts tell how long they are. */
  private static final int SAMPLE = 200;

  private final Dataset<Row> rows;
  private final ExampleFiles files;
  private final PlanContents contents;

  private Plan(Dataset<Row> rows, ExampleFiles files, PlanContents contents) {
    this.rows = rows;
    this.files = files;
    this.contents = contents;
  }

  /**
   * Plans the examples at {@code paths}, in the order of their keys.
   *
   * @param limit at least so many questions per benchmark, images kept whole
   * @throws DataException when an image or question stands in the examples twice
   */
  static Plan of(SparkSession spark, List<String> paths, OptionalLong limit) {
    Dataset<Row> examples =
        Table.EXAMPLES
            .read(spark, paths)
            .withColumn("image_key", expr(IMAGE_KEY))
            .withColumn(ExampleFiles.COLUMN, expr(ExampleFiles.NAME));
    requireUnique(examples, KEY);
    requireUnique(
        examples.selectExpr("benchmark", "split", "explode(questions.question_id) AS question_id"),
        "benchmark",
        "split",
        "question_id");
    Dataset<Row> keys =
        examples
            .selectExpr(
                "benchmark",
                "split",
                "image_key",
                "size(questions) AS n",
                "sha2(concat_ws('\\n', coalesce(image_sha256, ''), to_json(questions)), 256) AS data",
                "sha2(concat_ws('\\n', questions.prompt), 256) AS prompts")
            .orderBy(KEY[0], KEY[1], KEY[2]);
    Plan plan =
        limit.isEmpty() ? whole(examples, keys) : limited(examples, keys, limit.getAsLong());
    if (plan.contents.images() == 0) {
      throw new DataException("There are no examples in " + String.join(", ", paths));
    }
    return plan;
  }

  private static Plan whole(Dataset<Row> examples, Dataset<Row> keys) {
    return new Plan(examples, ExampleFiles.of(examples), PlanContents.of(keys.toLocalIterator()));
  }

  private static Plan limited(Dataset<Row> examples, Dataset<Row> keys, long limit) {
    List<Row> images = first(keys.toLocalIterator(), limit);
    Dataset<Row> names = keys.sparkSession().createDataFrame(images, keys.schema()).selectExpr(KEY);
    return new Plan(
        examples.join(broadcast(names), KEY, "left_semi"),
        ExampleFiles.of(examples),
        PlanContents.of(images.iterator()));
  }

  private static void requireUnique(Dataset<Row> rows, String... key) {
    List<Row> twice =
        rows.groupBy(Arrays.stream(key).map(functions::col).toArray(Column[]::new))
            .count()
            .where(col("count").gt(1))
            .limit(1)
            .collectAsList();
    if (!twice.isEmpty()) {
      Row row = twice.get(0);
      throw new DataException(
          "The examples hold %s %s of %s/%s %d times"
              .formatted(
                  key[2], row.getString(2), row.getString(0), row.getString(1), row.getLong(3)));
    }
  }

  private static List<Row> first(Iterator<Row> images, long limit) {
    Map<String, Long> questions = new HashMap<>();
    List<Row> kept = new ArrayList<>();
    while (images.hasNext()) {
      Row image = images.next();
      long before = questions.getOrDefault(image.getString(0), 0L);
      if (before < limit) {
        kept.add(image);
        questions.put(image.getString(0), before + image.getInt(3));
      }
    }
    return kept;
  }

  /** What the chunks depend on besides the contents. */
  ExampleFiles files() {
    return files;
  }

  PlanContents contents() {
    return contents;
  }

  /** Prompts of some images, the same every time, in numbers as the benchmarks have them. */
  List<String> somePrompts() {
    long every = Math.max(1, contents.images() / SAMPLE);
    return rows
        .where(expr("size(questions) > 0 AND " + part(String.join(", ", KEY), 0, every)))
        .selectExpr("questions[0].prompt AS prompt")
        .where("prompt IS NOT NULL")
        .limit(2 * SAMPLE)
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  private static String part(String columns, long part, long parts) {
    return "pmod(xxhash64(%s), %d) = %d".formatted(columns, parts, part);
  }

  /**
   * The planned rows that belong to one of {@code chunks} parts, the same in every attempt as long
   * as {@link #contents} and {@link #files} are: those of some files, or where the files are too
   * few for that some of each file's.
   */
  Dataset<Row> chunk(int chunk, int chunks) {
    boolean byFile = files.count() >= (long) chunks * FILES_PER_CHUNK;
    String columns = byFile ? ExampleFiles.COLUMN : String.join(", ", KEY);
    return rows.where(expr(part(columns, chunk, chunks)));
  }

  /** The planned questions as far as scoring goes: rows of {@link Scores#QUESTIONS}. */
  Dataset<Row> references() {
    return rows.selectExpr("benchmark", "split", "image_id", "inline(questions)")
        .selectExpr(Scores.QUESTIONS.fieldNames());
  }
}
