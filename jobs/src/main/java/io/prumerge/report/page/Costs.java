package io.prumerge.report.page;

import io.prumerge.report.page.Page.TableView;
import io.prumerge.report.page.ReportMethods.MethodRun;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.RooflineRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Tokens, FLOPs and time: as measured, and the minimum times on other hardware. */
final class Costs {

  /**
   * A stage of the work on a question.
   *
   * @param cost what it took of a method on a benchmark
   */
  record Stage(String name, Function<EfficiencyRow, OptionalDouble> cost) {}

  /** In milliseconds. */
  static final List<Stage> TIMED =
      List.of(
          new Stage("preprocess", row -> row.millis().preprocess()),
          new Stage("vision", row -> row.millis().vision()),
          new Stage("reduction", row -> row.millis().reduction()),
          new Stage("prefill", row -> row.millis().prefill()),
          new Stage("decode", row -> row.millis().decode()));

  /** In FLOPs. */
  static final List<Stage> COUNTED =
      List.of(
          new Stage("vision", row -> row.flops().vision()),
          new Stage("reduction", row -> row.flops().reduction()),
          new Stage("projector", row -> row.flops().projector()),
          new Stage("prefill", row -> row.flops().prefill()),
          new Stage("decode", row -> row.flops().decode()));

  /**
   * The minimum times on one device.
   *
   * @param firstToken milliseconds from the image to the first token
   * @param token milliseconds for each further token
   */
  record Least(OptionalDouble firstToken, OptionalDouble token) {}

  /** A device and the number formats of the language model. */
  record Place(String hardware, String precision) {}

  private static final Least UNKNOWN = new Least(OptionalDouble.empty(), OptionalDouble.empty());

  private final ReportRows rows;
  private final ReportMethods lineup;

  Costs(ReportRows rows, ReportMethods lineup) {
    this.rows = rows;
    this.lineup = lineup;
  }

  /** Returns the numbers of visual tokens per benchmark and method. */
  TableView tokens() {
    return new TableView.Columns<EfficiencyRow>()
        .text(
            "benchmark", row -> TableView.Cell.name(ReportRows.split(row.benchmark(), row.split())))
        .text("method", row -> TableView.Cell.text(lineup.label(MethodRun.of(row))))
        .number("questions", row -> TableView.Cell.number(row.n()))
        .number("before", row -> TableView.Cell.number(row.visualTokens().before(), 1))
        .number("mean", row -> TableView.Cell.number(row.visualTokens().after(), 1))
        .number("least", row -> TableView.Cell.number(Values.of(row.visualTokens().least()), 0))
        .number("5 %", row -> TableView.Cell.number(row.visualTokens().p05(), 0))
        .number("median", row -> TableView.Cell.number(row.visualTokens().median(), 0))
        .number("95 %", row -> TableView.Cell.number(row.visualTokens().p95(), 0))
        .number("most", row -> TableView.Cell.number(Values.of(row.visualTokens().most()), 0))
        .number("times fewer", row -> TableView.Cell.number(row.visualTokens().reductionRatio(), 1))
        .of(
            "Visual tokens that the language model receives",
            lineup.all().stream().flatMap(who -> rows.costs(who).stream()).toList());
  }

  /** Returns time and FLOPs by stage, means over benchmarks. */
  TableView stages() {
    TableView.Columns<MethodRun> columns =
        new TableView.Columns<MethodRun>()
            .text("method", who -> TableView.Cell.name(lineup.label(who)));
    TIMED.forEach(stage -> columns.number(stage.name() + " ms", who -> cell(millis(who, stage))));
    columns.number(
        "of reduction: selection ms",
        who -> cell(Values.mean(rows.costs(who), row -> row.millis().select())));
    COUNTED.forEach(
        stage -> columns.number(stage.name() + " GFLOPs", who -> cell(gigaFlops(who, stage))));
    columns.number(
        "KV MB",
        who ->
            cell(Values.divided(Values.mean(rows.costs(who), EfficiencyRow::kvCacheBytes), 1e6)));
    return columns.of("Measured time and counted work per question, by stage", lineup.all());
  }

  private static TableView.Cell cell(OptionalDouble value) {
    return TableView.Cell.number(value, Values.rounded(value));
  }

  /**
   * @param stage of {@link #TIMED}
   */
  OptionalDouble millis(MethodRun who, Stage stage) {
    return Values.mean(rows.costs(who), stage.cost());
  }

  /**
   * @param stage of {@link #COUNTED}
   */
  OptionalDouble gigaFlops(MethodRun who, Stage stage) {
    return Values.divided(Values.mean(rows.costs(who), stage.cost()), Values.GIGA);
  }

  /**
   * Returns the roofline's times by device, means over benchmarks; empty if the model's shape is
   * unknown.
   */
  Map<Place, Least> least(MethodRun who) {
    Map<Place, List<RooflineRow>> estimates =
        rows.costs(who).stream()
            .flatMap(row -> row.roofline().stream())
            .flatMap(List::stream)
            .collect(
                Collectors.groupingBy(
                    row -> new Place(row.hardware(), row.precision()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    Map<Place, Least> least = new LinkedHashMap<>();
    estimates.forEach(
        (place, own) ->
            least.put(
                place,
                new Least(
                    own.stream().mapToDouble(row -> row.imageMs() + row.prefillMs()).average(),
                    own.stream().mapToDouble(RooflineRow::decodeTokenMs).average())));
    return least;
  }

  /** Returns the devices and formats that have estimated times. */
  List<Place> places() {
    return lineup.all().stream().flatMap(who -> least(who).keySet().stream()).distinct().toList();
  }

  /** Returns the roofline's times, a line per device and format. */
  TableView hardware() {
    TableView.Columns<Place> columns =
        new TableView.Columns<Place>()
            .text("hardware", place -> TableView.Cell.name(place.hardware()))
            .text("precision", place -> TableView.Cell.text(place.precision()));
    for (MethodRun who : lineup.all()) {
      Map<Place, Least> own = least(who);
      if (!own.isEmpty()) {
        columns.number(lineup.label(who), place -> cell(own.getOrDefault(place, UNKNOWN)));
      }
    }
    return columns.of("Minimum milliseconds to the first token, and per further token", places());
  }

  private static TableView.Cell cell(Least least) {
    TableView.Cell cell = cell(least.firstToken());
    return least.token().isPresent() ? cell.noted("+" + Values.rounded(least.token())) : cell;
  }
}
