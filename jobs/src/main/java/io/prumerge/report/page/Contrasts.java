package io.prumerge.report.page;

import io.prumerge.metric.ContrastResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;

/** The comparisons of methods, and the smallest differences that the runs can detect. */
final class Contrasts {

  private final ReportRows rows;
  private final Headlines headlines;

  Contrasts(ReportRows rows, Headlines headlines) {
    this.rows = rows;
    this.headlines = headlines;
  }

  /**
   * Returns a line per pair, retention first. Pairs that are compared by retention only are left
   * out: the table of figures has their retention.
   */
  TableView table() {
    Map<List<String>, Map<List<String>, Row>> pairs = new LinkedHashMap<>();
    for (Row row : rows.contrasts()) {
      pairs
          .computeIfAbsent(List.of(row.getAs("a"), row.getAs("b")), any -> new LinkedHashMap<>())
          .put(List.of(row.getAs("benchmark"), row.getAs("split")), row);
    }
    List<TableView.Column> titles = new ArrayList<>();
    titles.add(TableView.Column.text("comparison"));
    titles.add(TableView.Column.number("retention %"));
    headlines.columns().forEach(one -> titles.add(TableView.Column.number(one.title())));
    List<TableView.Line> lines = new ArrayList<>();
    pairs.forEach(
        (pair, figures) -> {
          if (figures.keySet().stream().anyMatch(place -> !place.contains(ContrastResult.ALL))) {
            lines.add(line(pair, figures));
          }
        });
    return new TableView("Differences, in points, with their 95 % intervals", titles, lines);
  }

  /**
   * Returns a message for each pair and benchmark where two methods answered different questions.
   */
  List<String> caveats() {
    List<String> caveats = new ArrayList<>();
    for (Row row : rows.contrasts()) {
      String caveat = row.getAs("caveat");
      if (caveat != null) {
        caveats.add(
            String.format(
                Locale.ROOT,
                "%s minus %s, %s: %s",
                row.getAs("a"),
                row.getAs("b"),
                place(row),
                caveat));
      }
    }
    return caveats;
  }

  private String place(Row row) {
    return headlines.columns().stream()
        .filter(one -> one.benchmark().equals(row.getAs("benchmark")))
        .filter(one -> one.split().equals(row.getAs("split")))
        .map(Headlines.Column::title)
        .findFirst()
        .orElse("retention");
  }

  private TableView.Line line(List<String> pair, Map<List<String>, Row> figures) {
    List<TableView.Cell> cells = new ArrayList<>();
    cells.add(TableView.Cell.name(pair.get(0)).noted("minus " + pair.get(1)));
    cells.add(cell(figures.get(List.of(ContrastResult.ALL, ContrastResult.ALL))));
    headlines
        .columns()
        .forEach(one -> cells.add(cell(figures.get(List.of(one.benchmark(), one.split())))));
    return new TableView.Line(cells);
  }

  private static TableView.Cell cell(Row row) {
    return (row == null ? FigureCell.NONE : FigureCell.ofContrast(row)).differenceCell();
  }

  /**
   * Returns, per benchmark, the largest of the methods' minimum detectable effects, and the chance
   * level.
   */
  TableView limits() {
    List<TableView.Column> titles = new ArrayList<>();
    titles.add(TableView.Column.text("headline figure"));
    headlines.columns().forEach(one -> titles.add(TableView.Column.number(one.title())));
    return new TableView(
        "Minimum detectable difference and chance level",
        titles,
        List.of(line("minimum detectable difference", "mde"), line("score by chance", "chance")));
  }

  private TableView.Line line(String name, String column) {
    List<TableView.Cell> cells = new ArrayList<>();
    cells.add(TableView.Cell.name(name));
    for (Headlines.Column one : headlines.columns()) {
      OptionalDouble most =
          rows.metrics().stream()
              .filter(row -> row.<Boolean>getAs("is_headline"))
              .filter(row -> row.getAs("benchmark").equals(one.benchmark()))
              .filter(row -> row.getAs("split").equals(one.split()))
              .map(row -> Values.of(row, column))
              .filter(OptionalDouble::isPresent)
              .mapToDouble(OptionalDouble::getAsDouble)
              .max();
      cells.add(TableView.Cell.number(most, Values.decimals(most)));
    }
    return new TableView.Line(cells);
  }
}
