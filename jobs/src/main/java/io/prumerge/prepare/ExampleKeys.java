package io.prumerge.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.store.Table;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Keys and digests of the rows of an examples table. */
public final class ExampleKeys {

  /** Column with the key of an image or of a text-only question. */
  public static final String IMAGE_KEY = "image_key";

  /**
   * Expression of what rows of the same picture have in common, of whichever benchmark and under
   * whichever name.
   */
  public static final String PICTURE = "coalesce(image_sha256, " + IMAGE_KEY + ")";

  /** Prefix of the keys of images; text-only questions have another one. */
  static final String IMAGE_PREFIX = "image ";

  /**
   * What is hashed of a video besides its frames' bytes, of which {@code image_sha256} is the hash:
   * their places and times, and what each protocol chose. Null for a picture, whose hash has no
   * such part.
   */
  private static final String VIDEO =
      "if(video.name IS NULL, NULL, to_json(struct(video.name, video.source_frames,"
          + " video.source_fps, video.start, video.end, video.fps_assumed,"
          + " arrays_zip(video.frames.index, video.frames.seconds) AS frames, video.protocols,"
          + " video.error)))";

  /** What the key begins with of a question without an image. */
  private static final String QUESTION_PREFIX = "question ";

  /** SQL of the key that a row of {@link StagedQuestion#SCHEMA} will have. */
  static final String STAGED_KEY =
      Text.format("concat(if(text_only, '%s', '%s'), id)", QUESTION_PREFIX, IMAGE_PREFIX);

  private static final String[] KEY = {"benchmark", "split", IMAGE_KEY};

  /** Number of prompts, about, from which their length is estimated. */
  private static final int SAMPLE = 200;

  private static final int ROWS_AT_ONCE = 200_000;

  private ExampleKeys() {}

  /** Returns the columns that identify a row. */
  public static String[] columns() {
    return KEY.clone();
  }

  /**
   * Adds the column {@link #IMAGE_KEY}.
   *
   * @param examples rows of {@link Table#EXAMPLES}
   */
  public static Dataset<Row> named(Dataset<Row> examples) {
    return examples.withColumn(
        IMAGE_KEY,
        expr(
            Text.format(
                "coalesce(concat('%s', image_id), concat('%s', questions[0].question_id))",
                IMAGE_PREFIX, QUESTION_PREFIX)));
  }

  /**
   * Streams benchmark, split, key, number of questions, hash of the data and hash of the prompts in
   * the order of the keys. The driver holds {@value #ROWS_AT_ONCE} rows at a time, about 60 MB.
   *
   * @param named rows of {@link #named}
   * @param rows their number, about
   */
  public static Iterator<Row> sorted(Dataset<Row> named, long rows) {
    Column[] key = Arrays.stream(KEY).map(functions::col).toArray(Column[]::new);
    return named
        .selectExpr(
            "benchmark",
            "split",
            IMAGE_KEY,
            "size(questions) AS n",
            Text.format(
                "sha2(concat_ws('\\n', coalesce(image_sha256, ''), to_json(questions), %s), 256)"
                    + " AS data",
                VIDEO),
            "sha2(concat_ws('\\n', questions.prompt), 256) AS prompts")
        .repartitionByRange(Math.toIntExact(rows / ROWS_AT_ONCE + 1), key)
        .sortWithinPartitions(key)
        .toLocalIterator();
  }

  /**
   * Counts the images of each benchmark and split by what they show: one that several names stand
   * for is one.
   *
   * @param named rows of {@link #named}
   * @return by benchmark and split
   */
  public static Map<List<String>, Long> differentImages(Dataset<Row> named) {
    return named
        .groupBy("benchmark", "split")
        .agg(expr("count(DISTINCT if(image_id IS NULL, NULL, " + PICTURE + "))"))
        .collectAsList()
        .stream()
        .collect(
            Collectors.toMap(
                row -> List.of(row.getString(0), row.getString(1)), row -> row.getLong(2)));
  }

  /**
   * Checks that no image and no question occurs twice.
   *
   * @param named rows of {@link #named}
   * @throws DataException naming one that occurs twice
   */
  public static void requireUnique(Dataset<Row> named) {
    requireUnique(named, KEY);
    requireUnique(
        named.selectExpr("benchmark", "split", "explode(questions.question_id) AS question_id"),
        "benchmark",
        "split",
        "question_id");
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
          Wording.of(
              "The examples hold %s %s of %s/%s %d times; if several of %s have that split, leave"
                  + " out all but one",
              key[2],
              row.getString(2),
              row.getString(0),
              row.getString(1),
              row.getLong(3),
              Setting.EXAMPLES));
    }
  }

  /**
   * Returns the prompts of a fixed sample of images, from each benchmark in proportion to its size.
   *
   * @param named rows of {@link #named}
   * @param images number of rows
   */
  public static List<String> somePrompts(Dataset<Row> named, long images) {
    long every = Math.max(1, images / SAMPLE);
    return named
        .where(
            expr(
                Text.format(
                    "size(questions) > 0 AND pmod(xxhash64(%s), %d) = 0",
                    String.join(", ", KEY), every)))
        .selectExpr("questions[0].prompt AS prompt")
        .where("prompt IS NOT NULL")
        .limit(2 * SAMPLE)
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }
}
