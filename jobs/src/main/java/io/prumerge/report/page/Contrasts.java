package io.prumerge.report.page;

import io.prumerge.lang.Text;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.Metric;
import io.prumerge.report.MethodDifference;
import io.prumerge.report.RunDifference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The comparisons of methods, and the smallest differences that the runs can detect. */
final class Contrasts {

  /** Marks a difference that asking the same questions again may make. */
  private static final String WITHIN_NOISE = "within noise";

  private final ReportRows rows;
  private final Headlines headlines;
  private final List<RunDifference> runs;

  /**
   * @param runs the differences between runs
   */
  Contrasts(ReportRows rows, Headlines headlines, List<RunDifference> runs) {
    this.rows = rows;
    this.headlines = headlines;
    this.runs = List.copyOf(runs);
  }

  /** Returns whether there are differences between runs. */
  boolean areRunsCompared() {
    return !runs.isEmpty();
  }

  /** Returns a table for each pair of runs: a line per method that both have. */
  List<TableView> runs() {
    return runs.stream().map(this::table).toList();
  }

  private TableView table(RunDifference difference) {
    return figures(
            new TableColumns<MethodDifference>()
                .text("method", line -> TableCell.name(line.method())),
            MethodDifference::figures)
        .of(difference.name() + ", in points, with 95 % intervals", difference.lines());
  }

  /** Returns a line per pair of methods that was asked for. */
  TableView asked() {
    return pairs("Asked for, in points, with their 95 % intervals", pairs(true));
  }

  private List<List<ContrastResult>> pairs(boolean asked) {
    Map<List<String>, List<ContrastResult>> pairs = new LinkedHashMap<>();
    rows.contrasts().stream()
        .filter(row -> row.isAsked() == asked)
        .forEach(
            row ->
                pairs
                    .computeIfAbsent(List.of(row.a(), row.b()), any -> new ArrayList<>())
                    .add(row));
    return List.copyOf(pairs.values());
  }

  private TableView pairs(String caption, List<List<ContrastResult>> pairs) {
    return figures(
            new TableColumns<List<ContrastResult>>()
                .text(
                    "comparison",
                    pair -> TableCell.name(pair.get(0).a()).noted("minus " + pair.get(0).b())),
            pair -> pair)
        .of(caption, pairs);
  }

  /**
   * Returns a line per pair of methods within a run that every report compares. Pairs that are
   * compared by retention only are left out: the table of figures has their retention.
   */
  TableView table() {
    Collection<List<ContrastResult>> between =
        runs.stream()
            .flatMap(one -> one.lines().stream())
            .map(MethodDifference::figures)
            .collect(Collectors.toSet());
    return pairs(
        "Differences, in points, with their 95 % intervals",
        pairs(false).stream()
            .filter(pair -> !pair.stream().allMatch(ContrastResult::isRetention))
            .filter(pair -> !between.contains(pair))
            .toList());
  }

  /** Adds the columns of the figures, retention first. */
  private <T> TableColumns<T> figures(
      TableColumns<T> columns, Function<T, List<ContrastResult>> differences) {
    columns.number(
        "retention %",
        line -> cell(differences.apply(line), ContrastResult.ALL, ContrastResult.ALL));
    headlines
        .columns()
        .forEach(
            one ->
                columns.number(
                    one.title(),
                    line -> cell(differences.apply(line), one.benchmark(), one.split())));
    return columns;
  }

  private static TableCell cell(List<ContrastResult> figures, String benchmark, String split) {
    return figures.stream()
        .filter(row -> row.benchmark().equals(benchmark) && row.split().equals(split))
        .findFirst()
        .map(Contrasts::cell)
        .orElseGet(FigureCell.NONE::differenceCell);
  }

  private static TableCell cell(ContrastResult row) {
    TableCell cell = FigureCell.of(row).differenceCell();
    return row.withinNoise().orElse(false)
        ? cell.noted((cell.note() + "\n" + WITHIN_NOISE).strip())
        : cell;
  }

  /**
   * Returns a message for each pair and benchmark where two methods answered different questions.
   *
   * @param asked whether of the pairs that were asked for, or of all others
   */
  List<String> caveats(boolean asked) {
    List<String> caveats = new ArrayList<>();
    for (ContrastResult row :
        rows.contrasts().stream().filter(row -> row.isAsked() == asked).toList()) {
      row.caveat()
          .ifPresent(
              caveat ->
                  caveats.add(
                      Text.format("%s minus %s, %s: %s", row.a(), row.b(), place(row), caveat)));
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
