package io.prumerge.search;

import io.prumerge.benchmark.file.Benchmarks;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The answers of one model.
 *
 * @param predictions rows of {@link io.prumerge.store.Table#PREDICTIONS}
 * @param scores their rows of {@link io.prumerge.store.Table#SCORES}
 * @param benchmarks of the questions
 */
record RungAnswers(Dataset<Row> predictions, Dataset<Row> scores, Benchmarks benchmarks) {}
