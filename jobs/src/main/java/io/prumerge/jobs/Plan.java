package io.prumerge.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.prumerge.benchmark.DataException;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.report.Scores;
import io.prumerge.report.Table;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Which images a run covers. The driver holds their keys and hashes, never their bytes, and of
 * their prompts a few.
 */
final class Plan {

  private static final String[] KEY = {"benchmark", "split", "image_key"};

  private static final String IMAGE_PREFIX = "image ";

  /** Names an image with its questions, or a text-only question. */
  private static final String IMAGE_KEY =
      "coalesce(concat('%s', image_id), concat('question ', questions[0].question_id))"
          .formatted(IMAGE_PREFIX);

  /** About so many prompts tell how long they are. */
  private static final int SAMPLE = 200;

  private final Dataset<Row> rows;
  private final List<Row> images;

  private Plan(Dataset<Row> rows, List<Row> images) {
    this.rows = rows;
    this.images = images;
  }

  /**
   * Plans the examples at {@code paths}, in the order of their keys.
   *
   * @param limit at least so many questions per benchmark, images kept whole
   * @throws DataException when an image or question stands in the examples twice
   */
  static Plan of(SparkSession spark, List<String> paths, OptionalLong limit) {
    Dataset<Row> examples =
        Table.EXAMPLES.read(spark, paths).withColumn("image_key", expr(IMAGE_KEY));
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
    List<Row> images = limited(keys.collectAsList(), limit);
    if (images.isEmpty()) {
      throw new DataException("There are no examples in " + String.join(", ", paths));
    }
    Dataset<Row> planned =
        limit.isEmpty()
            ? examples
            : examples.join(
                broadcast(spark.createDataFrame(images, keys.schema()).selectExpr(KEY)),
                KEY,
                "left_semi");
    return new Plan(planned, images);
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

  private static List<Row> limited(List<Row> images, OptionalLong limit) {
    if (limit.isEmpty()) {
      return images;
    }
    Map<String, Long> questions = new HashMap<>();
    List<Row> kept = new ArrayList<>();
    for (Row image : images) {
      long before = questions.getOrDefault(image.getString(0), 0L);
      if (before < limit.getAsLong()) {
        kept.add(image);
        questions.put(image.getString(0), before + image.getInt(3));
      }
    }
    return kept;
  }

  long images() {
    return images.size();
  }

  long questions() {
    return images.stream().mapToLong(image -> image.getInt(3)).sum();
  }

  /** What is planned of each benchmark and split, sorted. */
  List<BenchmarkSize> benchmarks() {
    Map<String, BenchmarkSize> sizes = new LinkedHashMap<>();
    for (Row image : images) {
      long questions = image.getInt(3);
      boolean text = !image.getString(2).startsWith(IMAGE_PREFIX);
      sizes.merge(
          image.getString(0) + "/" + image.getString(1),
          new BenchmarkSize(
              image.getString(0),
              image.getString(1),
              text ? 0 : 1,
              text ? 0 : questions,
              text ? questions : 0),
          BenchmarkSize::plus);
    }
    return List.copyOf(sizes.values());
  }

  /** Prompts of some images, the same every time, in numbers as the benchmarks have them. */
  List<String> somePrompts() {
    long every = Math.max(1, images.size() / SAMPLE);
    return rows
        .where(expr("size(questions) > 0 AND %s".formatted(part(0, every))))
        .selectExpr("questions[0].prompt AS prompt")
        .where("prompt IS NOT NULL")
        .limit(2 * SAMPLE)
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  private static String part(long part, long parts) {
    return "pmod(xxhash64(benchmark, split, image_key), %d) = %d".formatted(parts, part);
  }

  /** SHA-256 over the planned keys, questions and image hashes, in order. */
  String examplesSha256() {
    return sha256(image -> image.mkString("\t"));
  }

  /** SHA-256 over the hashes of the planned prompts, in order. */
  String promptsSha256() {
    return sha256(image -> image.getString(5));
  }

  private String sha256(Function<Row, String> line) {
    MessageDigest digest = Sha256.digest();
    images.forEach(image -> digest.update((line.apply(image) + "\n").getBytes(UTF_8)));
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The planned rows that belong to one of {@code chunks} parts, the same in every attempt. */
  Dataset<Row> chunk(int chunk, int chunks) {
    return rows.where(expr(part(chunk, chunks)));
  }

  /** The planned questions as far as scoring goes: rows of {@link Scores#QUESTIONS}. */
  Dataset<Row> references() {
    return rows.selectExpr("benchmark", "split", "image_id", "inline(questions)")
        .selectExpr(Scores.QUESTIONS.fieldNames());
  }
}
