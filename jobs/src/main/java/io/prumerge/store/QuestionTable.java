package io.prumerge.store;

import org.apache.spark.sql.types.StructType;

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
}
