package io.prumerge.score;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Judged answers.
 *
 * @param rows the answers' rows with a judge's words, or with an error
 * @param failures the reasons why answers could not be judged, one per answer
 */
record JudgedRows(Dataset<Row> rows, List<String> failures) {}
