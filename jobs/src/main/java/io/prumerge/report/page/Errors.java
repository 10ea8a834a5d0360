package io.prumerge.report.page;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** The errors by kind. */
final class Errors {

  /** Number of kinds on the page, the most frequent first; the predictions have all errors. */
  private static final int MOST = 50;

  private static final int LONGEST = 300;

  private Errors() {}

  /** Returns a line per run, benchmark, method and kind of error, with one of the messages. */
  static TableView table(Dataset<Row> predictions, ReportMethods lineup) {
    List<Row> kinds =
        predictions
            .where("error IS NOT NULL")
            .withColumn(
                "error", functions.expr(String.format(Locale.ROOT, "left(error, %d)", LONGEST + 1)))
            .withColumn("kind", functions.substring_index(col("error"), ":", 1))
            .groupBy("run_id", "model", "benchmark", "split", "method", "kind")
            .agg(functions.count("error").as("n"), functions.min("error").as("example"))
            .orderBy(col("n").desc(), col("benchmark"), col("split"), col("method"), col("kind"))
            .limit(MOST)
            .collectAsList();
    List<TableView.Line> lines = new ArrayList<>();
    for (Row row : kinds) {
      lines.add(
          new TableView.Line(
              List.of(
                  TableView.Cell.name(Texts.shown(row.getAs("kind"), LONGEST)),
                  TableView.Cell.text(row.getAs("benchmark") + " " + row.getAs("split")),
                  TableView.Cell.text(lineup.label(MethodRun.of(row))),
                  TableView.Cell.number(OptionalDouble.of(row.<Long>getAs("n")), 0),
                  TableView.Cell.text(Texts.shown(row.getAs("example"), LONGEST)))));
    }
    return new TableView(
        "Errors, counted as wrong",
        List.of(
            TableView.Column.text("kind"),
            TableView.Column.text("benchmark"),
            TableView.Column.text("method"),
            TableView.Column.number("answers"),
            TableView.Column.text("for example")),
        lines);
  }
}
