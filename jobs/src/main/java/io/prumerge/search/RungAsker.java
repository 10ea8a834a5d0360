package io.prumerge.search;

import java.io.IOException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Asks the questions of a rung. */
interface RungAsker {

  /**
   * The answers of one model.
   *
   * @param predictions rows of {@link io.prumerge.store.Table#PREDICTIONS}
   * @param scores their rows of {@link io.prumerge.store.Table#SCORES}
   */
  record Answers(Dataset<Row> predictions, Dataset<Row> scores) {}

  /** Returns a rung's answers, which are in files. Asks nothing that was answered before. */
  Answers ask(Rung rung) throws IOException;
}
