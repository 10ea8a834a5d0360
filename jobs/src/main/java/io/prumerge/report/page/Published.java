package io.prumerge.report.page;

import com.fasterxml.jackson.core.type.TypeReference;
import io.prumerge.store.Yaml;
import io.prumerge.template.Templates;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Published figures, in a table of their own.
 *
 * @param sources the publications
 * @param remarks remarks about them
 * @param columns the benchmarks, in the order of {@link Entry#values}
 */
record Published(
    List<String> sources, List<String> remarks, List<Column> columns, List<Entry> rows) {

  Published {
    sources = List.copyOf(sources);
    remarks = List.copyOf(remarks);
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /**
   * @param metric its headline
   * @param title the name in papers
   */
  record Column(String benchmark, String metric, String title) {}

  /**
   * @param model its language model
   * @param resolution pixels of the image's side
   * @param tokens visual tokens as published; null if they are not
   * @param values null if there is none
   * @param run command that asks such a model
   */
  record Entry(
      String method,
      String model,
      int resolution,
      String tokens,
      List<Double> values,
      String run) {}

  /** Returns the figures of the bundled {@code published.yaml}. */
  static Published bundled() {
    String name = "published.yaml";
    return Yaml.parse(Templates.resource(Published.class, name), new TypeReference<>() {}, name);
  }

  /**
   * Returns the name of a benchmark's headline in papers; if they have none, the benchmark and
   * metric.
   */
  String title(String benchmark, String metric) {
    return columns.stream()
        .filter(column -> column.benchmark().equals(benchmark) && column.metric().equals(metric))
        .map(Column::title)
        .findFirst()
        .orElse(benchmark + " " + metric);
  }

  /**
   * Returns the position of a benchmark in the papers' tables; the last position if it is not in
   * them.
   */
  int place(String benchmark) {
    List<String> names = columns.stream().map(Column::benchmark).toList();
    return names.contains(benchmark) ? names.indexOf(benchmark) : names.size();
  }

  TableView table() {
    TableColumns<Entry> table =
        new TableColumns<Entry>()
            .text("method", row -> TableCell.name(row.method()))
            .text("language model", row -> TableCell.text(row.model()))
            .number("pixels", row -> TableCell.number(OptionalDouble.of(row.resolution()), 0))
            .number("tokens", Published::tokens);
    for (int i = 0; i < columns.size(); i++) {
      int place = i;
      table.number(
          columns.get(i).title(),
          row -> TableCell.number(Values.optional(row.values().get(place)), 1));
    }
    return table
        .text("to run it", row -> TableCell.text(row.run()))
        .of("Published figures, not measured by this run", rows);
  }

  private static TableCell tokens(Entry row) {
    if (row.tokens() == null) {
      return TableCell.number(OptionalDouble.empty(), 0);
    }
    double sort = Double.parseDouble(row.tokens().replace("~", ""));
    return TableCell.number(OptionalDouble.of(sort), row.tokens());
  }
}
