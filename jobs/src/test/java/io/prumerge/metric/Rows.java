package io.prumerge.metric;

import io.prumerge.LocalSpark;
import io.prumerge.store.QuestionTable;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Makes rows of predictions: every column has a default that a test may replace. */
public final class Rows {

  private Rows() {}

  /** Returns a row of predictions; {@code columns} are name, value, name, value, ... */
  public static Row prediction(Object... columns) {
    Map<String, Object> values = new HashMap<>();
    values.put("run_id", "run");
    values.put("model", "mini");
    values.put("dtype", "fp32");
    values.put("benchmark", "pope");
    values.put("split", "test");
    values.put("method", "none");
    values.put("image_id", "a.jpg");
    values.put("question_id", "1");
    values.put("category", "random");
    values.put("answer", "yes");
    for (String name : Table.PREDICTIONS.schema().fieldNames()) {
      if (name.startsWith("flops_") || name.startsWith("kv_")) {
        values.put(name, 1L);
      } else if (name.startsWith("ms_") || name.equals("visual_tokens_layer_mean")) {
        values.put(name, 1.0);
      } else if (name.endsWith("_tokens") || name.startsWith("visual_tokens_")) {
        values.put(name, 1);
      }
    }
    for (int i = 0; i < columns.length; i += 2) {
      values.put((String) columns[i], columns[i + 1]);
    }
    return RowFactory.create(
        Arrays.stream(Table.PREDICTIONS.schema().fieldNames()).map(values::get).toArray());
  }

  public static Dataset<Row> predictions(List<Row> rows) {
    return Table.PREDICTIONS.of(LocalSpark.session(), rows);
  }

  /**
   * Returns rows of {@link QuestionTable#SCHEMA}: the questions of the predictions that have a
   * reference.
   *
   * @param idsAndAnswers id, answer, id, answer, ...
   */
  public static Dataset<Row> questions(List<Row> predictions, String... idsAndAnswers) {
    List<String> columns = Arrays.asList(Table.PREDICTIONS.schema().fieldNames());
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < idsAndAnswers.length; i += 2) {
      String id = idsAndAnswers[i];
      String answer = idsAndAnswers[i + 1];
      predictions.stream()
          .filter(row -> row.get(columns.indexOf("question_id")).equals(id))
          .findFirst()
          .ifPresent(
              row ->
                  rows.add(
                      RowFactory.create(
                          row.get(columns.indexOf("benchmark")),
                          row.get(columns.indexOf("split")),
                          id,
                          row.get(columns.indexOf("image_id")),
                          "Is it?",
                          row.get(columns.indexOf("category")),
                          List.of(answer),
                          List.of(),
                          null)));
    }
    return LocalSpark.session().createDataFrame(rows, QuestionTable.SCHEMA);
  }
}
