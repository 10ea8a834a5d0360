package io.prumerge.report.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/** Tokens, FLOPs and time: as measured, and the minimum times on other hardware. */
final class Costs {

  /** The stages with a column {@code ms_..._mean}. */
  static final List<String> TIMED =
      List.of("preprocess", "vision", "reduction", "prefill", "decode");

  /** The stages with a column {@code flops_..._mean}. */
  static final List<String> COUNTED =
      List.of("vision", "reduction", "projector", "prefill", "decode");

  /**
   * The minimum times on one device.
   *
   * @param firstToken milliseconds from the image to the first token
   * @param token milliseconds for each further token
   */
  record Least(OptionalDouble firstToken, OptionalDouble token) {}

  /** A device and the number formats of the language model. */
  record Place(String hardware, String precision) {}

  private final ReportRows rows;
  private final ReportMethods lineup;

  Costs(ReportRows rows, ReportMethods lineup) {
    this.rows = rows;
    this.lineup = lineup;
  }

  /** Returns the numbers of visual tokens per benchmark and method. */
  TableView tokens(Function<Row, String> benchmark) {
    List<TableView.Column> titles = new ArrayList<>();
    titles.add(TableView.Column.text("benchmark"));
    titles.add(TableView.Column.text("method"));
    for (String title :
        List.of(
            "questions",
            "before",
            "mean",
            "least",
            "5 %",
            "median",
            "95 %",
            "most",
            "times fewer")) {
      titles.add(TableView.Column.number(title));
    }
    List<TableView.Line> lines = new ArrayList<>();
    for (MethodRun who : lineup.all()) {
      for (Row row : rows.costs(who)) {
        List<TableView.Cell> cells = new ArrayList<>();
        cells.add(TableView.Cell.name(benchmark.apply(row)));
        cells.add(TableView.Cell.text(lineup.label(who)));
        cells.add(TableView.Cell.number(Values.of(row, "n"), 0));
        cells.add(TableView.Cell.number(Values.of(row, "visual_tokens_before_mean"), 1));
        cells.add(TableView.Cell.number(Values.of(row, "visual_tokens_after_mean"), 1));
        for (String column : List.of("min", "p05", "p50", "p95", "max")) {
          cells.add(TableView.Cell.number(Values.of(row, "visual_tokens_after_" + column), 0));
        }
        cells.add(TableView.Cell.number(Values.of(row, "reduction_ratio"), 1));
        lines.add(new TableView.Line(cells));
      }
    }
    return new TableView("Visual tokens that the language model receives", titles, lines);
  }

  /** Returns time and FLOPs by stage, means over benchmarks. */
  TableView stages() {
    List<TableView.Column> titles = new ArrayList<>();
    titles.add(TableView.Column.text("method"));
    TIMED.forEach(stage -> titles.add(TableView.Column.number(stage + " ms")));
    titles.add(TableView.Column.number("of reduction: selection ms"));
    COUNTED.forEach(stage -> titles.add(TableView.Column.number(stage + " GFLOPs")));
    titles.add(TableView.Column.number("KV MB"));
    List<TableView.Line> lines = new ArrayList<>();
    for (MethodRun who : lineup.all()) {
      List<TableView.Cell> cells = new ArrayList<>();
      cells.add(TableView.Cell.name(lineup.label(who)));
      for (String stage : TIMED) {
        cells.add(cell(millis(who, stage)));
      }
      cells.add(cell(millis(who, "select")));
      for (String stage : COUNTED) {
        cells.add(cell(gigaFlops(who, stage)));
      }
      cells.add(cell(Values.divided(Values.mean(rows.costs(who), "kv_cache_bytes_mean"), 1e6)));
      lines.add(new TableView.Line(cells));
    }
    return new TableView("Measured time and counted work per question, by stage", titles, lines);
  }

  private static TableView.Cell cell(OptionalDouble value) {
    return TableView.Cell.number(value, Values.rounded(value));
  }

  OptionalDouble millis(MethodRun who, String stage) {
    return Values.mean(rows.costs(who), "ms_" + stage + "_mean");
  }

  OptionalDouble gigaFlops(MethodRun who, String stage) {
    return Values.divided(Values.mean(rows.costs(who), "flops_" + stage + "_mean"), Values.GIGA);
  }

  /**
   * Returns the roofline's times by device, means over benchmarks; empty if the model's shape is
   * unknown.
   */
  Map<Place, Least> least(MethodRun who) {
    Map<Place, List<Row>> estimates =
        rows.costs(who).stream()
            .filter(row -> !row.isNullAt(row.fieldIndex("roofline")))
            .flatMap(row -> row.<Row>getList(row.fieldIndex("roofline")).stream())
            .collect(
                Collectors.groupingBy(
                    row -> new Place(row.getAs("hardware"), row.getAs("precision")),
                    LinkedHashMap::new,
                    Collectors.toList()));
    Map<Place, Least> least = new LinkedHashMap<>();
    estimates.forEach(
        (place, own) ->
            least.put(
                place,
                new Least(
                    own.stream()
                        .mapToDouble(
                            row -> row.<Double>getAs("image_ms") + row.<Double>getAs("prefill_ms"))
                        .average(),
                    Values.mean(own, "decode_token_ms"))));
    return least;
  }

  /** Returns the devices and formats that have estimated times. */
  List<Place> places() {
    return lineup.all().stream().flatMap(who -> least(who).keySet().stream()).distinct().toList();
  }

  /** Returns the roofline's times, a line per device and format. */
  TableView hardware() {
    Map<MethodRun, Map<Place, Least>> least = new LinkedHashMap<>();
    lineup.all().stream()
        .filter(who -> !least(who).isEmpty())
        .forEach(who -> least.put(who, least(who)));
    List<TableView.Column> titles = new ArrayList<>();
    titles.add(TableView.Column.text("hardware"));
    titles.add(TableView.Column.text("precision"));
    least.keySet().forEach(who -> titles.add(TableView.Column.number(lineup.label(who))));
    List<TableView.Line> lines = new ArrayList<>();
    for (Place place : places()) {
      List<TableView.Cell> cells = new ArrayList<>();
      cells.add(TableView.Cell.name(place.hardware()));
      cells.add(TableView.Cell.text(place.precision()));
      for (Map<Place, Least> own : least.values()) {
        Least one =
            own.getOrDefault(place, new Least(OptionalDouble.empty(), OptionalDouble.empty()));
        TableView.Cell cell = cell(one.firstToken());
        cells.add(one.token().isPresent() ? cell.noted("+" + Values.rounded(one.token())) : cell);
      }
      lines.add(new TableView.Line(cells));
    }
    return new TableView(
        "Minimum milliseconds to the first token, and per further token", titles, lines);
  }
}
