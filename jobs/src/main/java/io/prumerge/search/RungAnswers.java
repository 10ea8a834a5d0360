package io.prumerge.search;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The answers of one model.
 *
 * @param predictions rows of {@link io.prumerge.store.Table#PREDICTIONS}
 * @param scores their rows of {@link io.prumerge.store.Table#SCORES}
 */
record RungAnswers(Dataset<Row> predictions, Dataset<Row> scores) {}
