package io.prumerge.report.page;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/** Settings, versions and hashes, a column per run. */
final class Runs {

  private static final int HASH = 12;

  private Runs() {}

  static TableView table(List<Row> runs) {
    TableView.Columns<Setting> columns =
        new TableView.Columns<Setting>()
            .text("run", setting -> TableView.Cell.name(setting.name()));
    for (Row run : runs) {
      columns.text(
          run.getAs("run_id"),
          setting -> {
            String value = setting.value().apply(run);
            return TableView.Cell.text(value == null ? "" : Texts.shown(value, 500));
          });
    }
    return columns.of("Settings, versions and hashes", runs.isEmpty() ? List.of() : settings());
  }

  /** What the lines of the table say of a run. */
  private record Setting(String name, Function<Row, String> value) {

    static Setting text(String column) {
      return new Setting(column.replace('_', ' '), run -> run.getAs(column));
    }

    static Setting list(String column) {
      return new Setting(
          column, run -> String.join(", ", run.<String>getList(run.fieldIndex(column))));
    }

    static Setting count(String name, String column) {
      return new Setting(name, run -> String.format(Locale.ROOT, "%,d", run.<Long>getAs(column)));
    }

    static Setting time(String column) {
      return new Setting(
          column.replace('_', ' '),
          run -> run.getTimestamp(run.fieldIndex(column)).toInstant().toString());
    }

    static Setting hash(String of) {
      return new Setting(
          of + " sha256",
          run -> {
            String hash = run.getAs(of + "_sha256");
            return hash == null ? "" : hash.substring(0, Math.min(HASH, hash.length()));
          });
    }
  }

  private static List<Setting> settings() {
    return Stream.of(
            Stream.of("model", "model_path", "dtype").map(Setting::text),
            Stream.of("methods", "examples").map(Setting::list),
            Stream.of(Setting.count("answers", "n_rows"), Setting.count("errors", "n_errors")),
            Stream.of("started_at", "ended_at").map(Setting::time),
            Stream.of("hosts", "devices").map(Setting::list),
            Stream.of(
                    "code_version",
                    "code_commit",
                    "spark_version",
                    "java_version",
                    "djl_version",
                    "libtorch_version",
                    "gpu")
                .map(Setting::text),
            Stream.of("code", "weights", "config", "tokenizer", "prompts", "examples")
                .map(Setting::hash))
        .flatMap(settings -> settings)
        .toList();
  }
}
