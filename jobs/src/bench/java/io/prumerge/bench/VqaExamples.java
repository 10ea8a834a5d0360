package io.prumerge.bench;

import static org.apache.spark.sql.functions.expr;

import io.prumerge.store.Table;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;

/**
 * Examples like VQAv2's, of any number, with one byte for every image: five questions to an image,
 * ten annotators' answers to a question.
 */
final class VqaExamples {

  private static final int QUESTIONS_PER_IMAGE = 5;

  private static final String WORDS =
      "array('yes', 'no', '2', 'red', 'dog', 'table', 'left', 'blue', 'cat', 'man', 'water', '10')";

  /** Seven of ten say the same. */
  private static final String ANSWERS =
      "transform(sequence(0, 9), a -> element_at("
          + WORDS
          + ", CAST(pmod(xxhash64(id, j, if(a < 7, 0, a)), 12) + 1 AS INT)))";

  private VqaExamples() {}

  /** Writes a table of about so many questions. */
  static void write(SparkSession spark, long questions, String output) {
    long images = Math.max(1, questions / QUESTIONS_PER_IMAGE);
    int files = (int) Math.max(2, images / 50_000);
    String question =
        String.format(
            Locale.ROOT,
            "named_struct('question_id', CAST(id * %d + j AS STRING),"
                + " 'prompt', concat('What is number ', id * %d + j, '?'),"
                + " 'question', concat('What is number ', id * %d + j, '?'),"
                + " 'category', element_at(array('yes/no', 'number', 'other'), CAST(j %% 3 + 1 AS INT)),"
                + " 'answers', %s,"
                + " 'options', CAST(array() AS ARRAY<STRING>),"
                + " 'max_new_tokens', 128,"
                + " 'extra', map('question_id', CAST(id * %d + j AS STRING), 'groups', concat('what is ', id %% 60)))",
            QUESTIONS_PER_IMAGE,
            QUESTIONS_PER_IMAGE,
            QUESTIONS_PER_IMAGE,
            ANSWERS,
            QUESTIONS_PER_IMAGE);
    Table.EXAMPLES.write(
        spark
            .range(0, images, 1, files)
            .select(
                expr("'vqav2' AS benchmark"),
                expr("'val2014' AS split"),
                expr("format_string('COCO_val2014_%012d.jpg', id) AS image_id"),
                expr("CAST(CAST(id AS STRING) AS BINARY) AS image"),
                expr("sha2(CAST(id AS STRING), 256) AS image_sha256"),
                expr("640 AS width"),
                expr("480 AS height"),
                expr(
                    String.format(
                        Locale.ROOT,
                        "transform(sequence(0, %d), j -> %s) AS questions",
                        QUESTIONS_PER_IMAGE - 1,
                        question)))
            .to(Table.EXAMPLES.schema()),
        output);
  }
}
