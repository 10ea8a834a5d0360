package io.prumerge.score;

import io.prumerge.spark.RecordColumns;
import java.io.Serializable;

/** The answers of one method of one run to one split; their columns in answers of any origin. */
record AnswerSet(String runId, String model, String benchmark, String split, String method)
    implements Serializable {

  static final RecordColumns<AnswerSet> COLUMNS = RecordColumns.of(AnswerSet.class);

  /** Returns the columns' names. */
  static String[] names() {
    return COLUMNS.schema().fieldNames();
  }
}
