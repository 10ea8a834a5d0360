package io.prumerge.report.page;

import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;

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
    Map<List<String>, Map<List<String>, ContrastResult>> pairs = new LinkedHashMap<>();
    for (ContrastResult row : rows.contrasts()) {
      pairs
          .computeIfAbsent(List.of(row.a(), row.b()), any -> new LinkedHashMap<>())
          .put(List.of(row.benchmark(), row.split()), row);
    }
    TableColumns<List<String>> columns =
        new TableColumns<List<String>>()
            .text("comparison", pair -> TableCell.name(pair.get(0)).noted("minus " + pair.get(1)))
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
    for (ContrastResult row : rows.contrasts()) {
      row.caveat()
          .ifPresent(
              caveat ->
                  caveats.add(
                      String.format(
                          Locale.ROOT,
                          "%s minus %s, %s: %s",
                          row.a(),
                          row.b(),
                          place(row),
                          caveat)));
    }
    return caveats;
  }

  private String place(ContrastResult row) {
    return headlines.columns().stream()
        .filter(one -> one.benchmark().equals(row.benchmark()))
        .filter(one -> one.split().equals(row.split()))
        .map(HeadlineColumn::title)
        .findFirst()
        .orElse("retention");
  }

  private static TableCell cell(ContrastResult row) {
    return (row == null ? FigureCell.NONE : FigureCell.of(row)).differenceCell();
  }

  /**
   * Returns, per benchmark, the largest of the methods' minimum detectable effects, and the chance
   * level.
   */
  TableView limits() {
    TableColumns<Map.Entry<String, Function<Metric, OptionalDouble>>> columns =
        new TableColumns<Map.Entry<String, Function<Metric, OptionalDouble>>>()
            .text("headline figure", limit -> TableCell.name(limit.getKey()));
    headlines
        .columns()
        .forEach(one -> columns.number(one.title(), limit -> most(one, limit.getValue())));
    return columns.of(
        "Minimum detectable difference and chance level",
        List.of(
            Map.entry("minimum detectable difference", Metric::mde),
            Map.entry("score by chance", Metric::chance)));
  }

  /** Returns the largest value of a figure among a benchmark's headlines. */
  private TableCell most(HeadlineColumn headline, Function<Metric, OptionalDouble> figure) {
    OptionalDouble most =
        rows.metrics().stream()
            .filter(Metric::headline)
            .filter(row -> row.key().benchmark().equals(headline.benchmark()))
            .filter(row -> row.key().split().equals(headline.split()))
            .map(figure)
            .filter(OptionalDouble::isPresent)
            .mapToDouble(OptionalDouble::getAsDouble)
            .max();
    return TableCell.number(most, Values.decimals(most));
  }
}
