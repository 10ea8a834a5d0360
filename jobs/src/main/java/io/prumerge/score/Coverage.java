package io.prumerge.score;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.source.DataException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Counts the questions that a set of answers covers, in one pass. */
final class Coverage {

  /** The columns that identify a set of answers. */
  static final String[] RESULT = {"run_id", "model", "benchmark", "split", "method"};

  private Coverage() {}

  /**
   * Returns one row per set of answers: {@link #RESULT}, the number of {@code questions} it covers,
   * of its {@code answers}, and of those with {@code texts}.
   *
   * @param given {@link #RESULT}, {@code question_id} and {@code answer}
   * @param positions every question's {@link QuestionSet#POSITION} and {@code question_id}
   * @throws DataException if an answer belongs to no question, or two answers to one
   */
  static List<Row> of(Dataset<Row> given, Dataset<Row> positions) {
    Dataset<Row> placed =
        given
            .select(columns("question_id", "answer"))
            .join(
                positions.select(QuestionSet.POSITION, "question_id"),
                new String[] {"question_id"},
                "left");
    // One bit per question instead of its name keeps the shuffle small.
    List<Row> results =
        placed
            .withColumn("bucket", expr("bitmap_bucket_number(position)"))
            .groupBy(columns("bucket"))
            .agg(
                expr("count(*) AS answers"),
                expr("count_if(trim(answer) != '') AS texts"),
                expr("min(if(position IS NULL, question_id, NULL)) AS foreign_id"),
                expr("bitmap_construct_agg(bitmap_bit_position(position)) AS bits"))
            .groupBy(columns())
            .agg(
                expr("sum(answers) AS answers"),
                expr("sum(texts) AS texts"),
                expr("min(foreign_id) AS foreign_id"),
                expr("sum(bitmap_count(bits)) AS questions"))
            .orderBy(columns())
            .collectAsList();
    for (Row result : results) {
      String foreign = result.getAs("foreign_id");
      if (foreign != null) {
        throw new DataException(
            Wording.of(
                "The answers hold question %s, which is none of the files that %s names",
                foreign, Setting.SOURCE));
      }
      if (result.<Long>getAs("answers") > result.<Long>getAs("questions")) {
        throw twice(given);
      }
    }
    return results;
  }

  private static DataException twice(Dataset<Row> given) {
    Row one = given.groupBy(columns("question_id")).count().where(col("count").gt(1)).first();
    return new DataException(
        String.format(
            Locale.ROOT,
            "The answers hold question %s %d times for run %s, method %s",
            one.<String>getAs("question_id"),
            one.<Long>getAs("count"),
            one.<String>getAs("run_id"),
            one.<String>getAs("method")));
  }

  private static Column[] columns(String... more) {
    String[] names = Arrays.copyOf(RESULT, RESULT.length + more.length);
    System.arraycopy(more, 0, names, RESULT.length, more.length);
    return Arrays.stream(names).map(functions::col).toArray(Column[]::new);
  }
}
