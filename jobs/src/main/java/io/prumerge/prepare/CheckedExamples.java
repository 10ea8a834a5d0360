package io.prumerge.prepare;

import static org.apache.spark.sql.functions.expr;

import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Checks the rows of examples tables that {@code prepare} did not write, before a run's first task:
 * a value that is missing would otherwise end the run when its report is made.
 *
 * <p>One aggregate reads everything once, the images too. SHA-256 makes 334 to 551 MB/s on one core
 * (measured), so a picture of 150 KB takes 0.3 to 0.45 ms, and a hundred million take 8 to 13 core
 * hours, against answers that take a GPU 1,400 hours at 50 ms. With few files, each chunk reads
 * them all anyway. A hash that is not the picture's would give other pictures' answers from an
 * answer cache, and wrong clusters in the statistics.
 */
public final class CheckedExamples {

  /** SQL of the hash that a row should have; null if an image is missing. */
  private static final String HASH =
      """
      if(size(video.frames) > 0,
        sha2(unhex(aggregate(video.frames, '', (hashes, next) -> concat(hashes, sha2(next.image, 256)))), 256),
      if(size(more_images) > 0,
        sha2(unhex(aggregate(more_images, sha2(image, 256), (hashes, next) -> concat(hashes, sha2(next, 256)))), 256),
        sha2(image, 256)))
      """;

  private static final String STORED = "image_sha256";

  /**
   * What a row may have wrong.
   *
   * @param what as it follows "rows with"
   * @param rows SQL condition of the rows that have it
   * @param questions SQL condition of their questions that have it
   */
  private record Flaw(String what, String rows, String questions) {

    static Flaw ofRow(String what, String rows) {
      return new Flaw(what, rows, "true");
    }

    static Flaw ofQuestion(String what, String questions) {
      return new Flaw(what, "exists(questions, q -> " + questions + ")", questions);
    }

    Column count() {
      return expr("count_if(" + rows + ")");
    }

    /** Returns one row that has it, the same at every call. */
    Column example() {
      return expr(
          Text.format(
              """
              max(if(%s, concat(
                coalesce(benchmark, 'NULL'), '/', coalesce(split, 'NULL'),
                coalesce(concat(', image ', image_id), ', no image'),
                coalesce(concat(', question ', get(filter(questions, q -> %s), 0).question_id), '')), NULL))
              """,
              rows, questions));
    }

    String found(long count, String example) {
      return Text.format("%d %s with %s (%s)", count, count == 1 ? "row" : "rows", what, example);
    }
  }

  private static final List<Flaw> FLAWS =
      List.of(
          Flaw.ofRow("no benchmark", "benchmark IS NULL"),
          Flaw.ofRow("no split", "split IS NULL"),
          Flaw.ofRow(
              "no questions", "questions IS NULL OR image_id IS NULL AND size(questions) = 0"),
          Flaw.ofQuestion("a question that is null", "q IS NULL"),
          Flaw.ofQuestion(
              "a question without a question_id", "q IS NOT NULL AND q.question_id IS NULL"),
          Flaw.ofQuestion("a max_new_tokens below 0", "q.max_new_tokens < 0"),
          Flaw.ofRow("an image_sha256 that is not the image's", STORED + " <> " + HASH));

  private CheckedExamples() {}

  /**
   * Checks rows, and adds the hashes of images that have none.
   *
   * @param rows rows of {@link Table#EXAMPLES}, which must be the same at every read
   * @param origin of the rows, for messages
   * @throws DataException saying how many rows have what wrong, with one of each
   */
  public static Dataset<Row> of(Dataset<Row> rows, String origin) {
    List<Column> columns = new ArrayList<>();
    for (Flaw flaw : FLAWS) {
      columns.add(flaw.count());
      columns.add(flaw.example());
    }
    Row found =
        rows.agg(
                expr(Text.format("count_if(%s IS NULL AND %s IS NOT NULL)", STORED, HASH)),
                columns.toArray(Column[]::new))
            .first();
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < FLAWS.size(); i++) {
      long count = found.getLong(1 + 2 * i);
      if (count > 0) {
        problems.add(FLAWS.get(i).found(count, found.getString(2 + 2 * i)));
      }
    }
    if (!problems.isEmpty()) {
      throw new DataException(
          Text.format("Cannot use the examples in %s: %s", origin, String.join("; ", problems)));
    }
    return found.getLong(0) == 0
        ? rows
        : rows.withColumn(STORED, expr("coalesce(" + STORED + ", " + HASH + ")"));
  }
}
