package io.prumerge.score;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.spark.RecordColumns;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * How many questions a set of answers covers.
 *
 * @param answers number of answers
 * @param texts those that are not empty
 * @param foreignId an answered question that is none of the files; null if all are
 * @param questions number of questions that have an answer
 */
record Coverage(AnswerSet set, long answers, long texts, String foreignId, long questions) {

  /** A question that a set answers more than once. */
  private record Repeated(AnswerSet set, String questionId, long count) {}

  /**
   * Counts the questions of each set of answers, in one pass.
   *
   * @param given columns of {@link AnswerSet}, {@code question_id} and {@code answer}
   * @param positions every question's {@link QuestionSet#POSITION} and {@code question_id}
   * @throws DataException if an answer belongs to no question, or two answers to one
   */
  static List<Coverage> of(Dataset<Row> given, Dataset<Row> positions) {
    Dataset<Row> placed =
        given
            .select(columns("question_id", "answer"))
            .join(
                positions.select(QuestionSet.POSITION, "question_id"),
                new String[] {"question_id"},
                "left");
    // One bit per question instead of its name keeps the shuffle small.
    Dataset<Row> counted =
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
            .orderBy(columns());
    List<Coverage> results = RecordColumns.of(Coverage.class).collect(counted);
    for (Coverage result : results) {
      if (result.foreignId() != null) {
        throw new DataException(
            Text.format(
                "The answers hold question %s, which is none of the benchmark's files",
                result.foreignId()));
      }
      if (result.answers() > result.questions()) {
        throw twice(given);
      }
    }
    return results;
  }

  private static DataException twice(Dataset<Row> given) {
    Dataset<Row> repeated =
        given.groupBy(columns("question_id")).count().where(col("count").gt(1)).limit(1);
    Repeated one = RecordColumns.of(Repeated.class).collect(repeated).get(0);
    return new DataException(
        Text.format(
            "The answers hold question %s %d times for run %s, method %s",
            one.questionId(), one.count(), one.set().runId(), one.set().method()));
  }

  private static Column[] columns(String... more) {
    return Stream.of(AnswerSet.names(), more)
        .flatMap(Stream::of)
        .map(functions::col)
        .toArray(Column[]::new);
  }
}
