package io.prumerge.report.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;

/** Settings, versions and hashes, a column per run. */
final class Runs {

  private static final int HASH = 12;

  private Runs() {}

  static TableView table(List<Row> runs) {
    Map<String, List<String>> settings = new LinkedHashMap<>();
    for (Row run : runs) {
      for (String column : List.of("model", "model_path", "dtype")) {
        add(settings, column, run.getAs(column));
      }
      add(settings, "methods", String.join(", ", run.<String>getList(run.fieldIndex("methods"))));
      add(settings, "examples", String.join(", ", run.<String>getList(run.fieldIndex("examples"))));
      add(settings, "answers", String.format(Locale.ROOT, "%,d", run.<Long>getAs("n_rows")));
      add(settings, "errors", String.format(Locale.ROOT, "%,d", run.<Long>getAs("n_errors")));
      for (String column : List.of("started_at", "ended_at")) {
        add(settings, column, run.getTimestamp(run.fieldIndex(column)).toInstant().toString());
      }
      add(settings, "hosts", String.join(", ", run.<String>getList(run.fieldIndex("hosts"))));
      add(settings, "devices", String.join(", ", run.<String>getList(run.fieldIndex("devices"))));
      for (String column :
          List.of(
              "code_version",
              "code_commit",
              "spark_version",
              "java_version",
              "djl_version",
              "libtorch_version",
              "gpu")) {
        add(settings, column, run.getAs(column));
      }
      for (String column :
          List.of("code", "weights", "config", "tokenizer", "prompts", "examples")) {
        String hash = run.getAs(column + "_sha256");
        add(
            settings,
            column + " sha256",
            hash == null ? "" : hash.substring(0, Math.min(HASH, hash.length())));
      }
    }
    List<TableView.Column> titles = new ArrayList<>();
    titles.add(TableView.Column.text("run"));
    runs.forEach(run -> titles.add(TableView.Column.text(run.getAs("run_id"))));
    List<TableView.Line> lines = new ArrayList<>();
    settings.forEach(
        (name, values) -> {
          List<TableView.Cell> cells = new ArrayList<>();
          cells.add(TableView.Cell.name(name.replace('_', ' ')));
          values.forEach(value -> cells.add(TableView.Cell.text(value)));
          lines.add(new TableView.Line(cells));
        });
    return new TableView("Settings, versions and hashes", titles, lines);
  }

  private static void add(Map<String, List<String>> settings, String name, String value) {
    settings
        .computeIfAbsent(name, absent -> new ArrayList<>())
        .add(value == null ? "" : Texts.shown(value, 500));
  }
}
