package io.prumerge.report.page;

import io.prumerge.metric.ContrastResult;
import io.prumerge.report.page.Page.TableView;
import io.prumerge.report.page.Values.FigureCell;
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
    TableView.Columns<List<String>> columns =
        new TableView.Columns<List<String>>()
            .text(
                "comparison",
                pair -> TableView.Cell.name(pair.get(0)).noted("minus " + pair.get(1)))
            .number(
                "retention %",
                pair -> cell(pairs.get(pair).get(List.of(ContrastResult.ALL, ContrastResult.ALL))));
    headlines
        .columns()
        .forEach(
            one ->
                columns.number(
                    one.title(),
                    pair -> cell(pairs.get(pair).get(List.of(one.benchmark(), one.split())))));
    return columns.of(
        "Differences, in points, with their 95 % intervals",
        pairs.keySet().stream()
            .filter(
                pair ->
                    pairs.get(pair).keySet().stream()
                        .anyMatch(place -> !place.contains(ContrastResult.ALL)))
            .toList());
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

  private static TableView.Cell cell(Row row) {
    return (row == null ? FigureCell.NONE : FigureCell.ofContrast(row)).differenceCell();
  }

  /**
   * Returns, per benchmark, the largest of the methods' minimum detectable effects, and the chance
   * level.
   */
  TableView limits() {
    TableView.Columns<Map.Entry<String, String>> columns =
        new TableView.Columns<Map.Entry<String, String>>()
            .text("headline figure", limit -> TableView.Cell.name(limit.getKey()));
    headlines
        .columns()
        .forEach(one -> columns.number(one.title(), limit -> most(one, limit.getValue())));
    return columns.of(
        "Minimum detectable difference and chance level",
        List.of(
            Map.entry("minimum detectable difference", "mde"),
            Map.entry("score by chance", "chance")));
  }

  /** Returns the largest value of a column among a benchmark's headlines. */
  private TableView.Cell most(Headlines.Column headline, String column) {
    OptionalDouble most =
        rows.metrics().stream()
            .filter(row -> row.<Boolean>getAs("is_headline"))
            .filter(row -> row.getAs("benchmark").equals(headline.benchmark()))
            .filter(row -> row.getAs("split").equals(headline.split()))
            .map(row -> Values.of(row, column))
            .filter(OptionalDouble::isPresent)
            .mapToDouble(OptionalDouble::getAsDouble)
            .max();
    return TableView.Cell.number(most, Values.decimals(most));
  }
}
