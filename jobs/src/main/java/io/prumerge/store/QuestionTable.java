package io.prumerge.store;

import java.util.Map;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.HashMap;

/**
 * The columns of questions that scoring needs. {@code image_id} is null for a text-only question.
 */
public final class QuestionTable {

  public static final StructType SCHEMA =
      StructType.fromDDL(
          "benchmark STRING, split STRING, question_id STRING, image_id STRING, question STRING,"
              + " category STRING, answers ARRAY<STRING>, options ARRAY<STRING>,"
              + " extra MAP<STRING, STRING>");

  private QuestionTable() {}

  /**
   * Returns a question's further values as a row takes them: Spark's encoder takes Scala maps only,
   * and this kind can be serialised.
   */
  public static HashMap<String, String> further(Map<String, String> values) {
    HashMap<String, String> scala = new HashMap<>();
    for (Map.Entry<String, String> entry : values.entrySet()) {
      scala = scala.updated(entry.getKey(), entry.getValue());
    }
    return scala;
  }
}
