package io.prumerge.report.page;

import io.prumerge.reduction.MethodSpec;
import io.prumerge.report.TimeTitle;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.RooflineRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Tokens, FLOPs and time: as measured, and the minimum times on other hardware. */
final class Costs {

  /** In milliseconds. */
  static final List<CostStage> TIMED =
      List.of(
          new CostStage("preprocess", row -> row.millis().preprocess()),
          new CostStage("vision", row -> row.millis().vision()),
          new CostStage("reduction", row -> row.millis().reduction()),
          new CostStage("prefill", row -> row.millis().prefill()),
          new CostStage("decode", row -> row.millis().decode()));

  /** In FLOPs. */
  static final List<CostStage> COUNTED =
      List.of(
          new CostStage("vision", row -> row.flops().vision()),
          new CostStage("reduction", row -> row.flops().reduction()),
          new CostStage("projector", row -> row.flops().projector()),
          new CostStage("prefill", row -> row.flops().prefill()),
          new CostStage("decode", row -> row.flops().decode()));

  /** Devices of several sizes and ages, for pages that have no room for all. */
  private static final Set<String> FEW =
      Set.of("t4", "l4", "rtx-4090", "a100-80gb-sxm", "h100-sxm", "h200-sxm");

  private static final String FORMAT = "fp16";

  private static final LeastTimes UNKNOWN =
      new LeastTimes(OptionalDouble.empty(), OptionalDouble.empty());

  private final ReportRows rows;
  private final ReportMethods lineup;

  Costs(ReportRows rows, ReportMethods lineup) {
    this.rows = rows;
    this.lineup = lineup;
  }

  /** Returns the numbers of visual tokens per benchmark and method, where they are known. */
  TableView tokens() {
    return new TableColumns<EfficiencyRow>()
        .text("benchmark", row -> TableCell.name(ReportRows.split(row.benchmark(), row.split())))
        .text("method", row -> TableCell.text(lineup.label(MethodRun.of(row))))
        .number("questions", Costs::questions)
        .number("before", row -> TableCell.number(row.visualTokens().before(), 1))
        .number("mean", row -> TableCell.number(row.visualTokens().after(), 1))
        .number("least", row -> TableCell.number(Values.of(row.visualTokens().least()), 0))
        .number("5 %", row -> TableCell.number(row.visualTokens().p05(), 0))
        .number("median", row -> TableCell.number(row.visualTokens().median(), 0))
        .number("95 %", row -> TableCell.number(row.visualTokens().p95(), 0))
        .number("most", row -> TableCell.number(Values.of(row.visualTokens().most()), 0))
        .number("times fewer", row -> TableCell.number(row.visualTokens().reductionRatio(), 1))
        .of(
            "Visual tokens that the language model receives",
            lineup.all().stream()
                .flatMap(who -> rows.costs(who).stream())
                .filter(row -> row.visualTokens().after().isPresent())
                .toList());
  }

  private static TableCell questions(EfficiencyRow row) {
    TableCell cell = TableCell.number(row.n());
    return row.isCountedInPart() ? cell.noted(row.nVisualTokens().get() + " counted") : cell;
  }

  /** Returns time and FLOPs by stage, means over benchmarks, of the methods that have some. */
  TableView stages() {
    TableColumns<MethodRun> columns =
        new TableColumns<MethodRun>().text("method", who -> TableCell.name(lineup.label(who)));
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
    return columns.of(
        TimeTitle.of(
            "Measured time and counted work per question, by stage: times", rows.efficiency()),
        lineup.all().stream()
            .filter(
                who ->
                    TIMED.stream().anyMatch(stage -> millis(who, stage).isPresent())
                        || COUNTED.stream().anyMatch(stage -> gigaFlops(who, stage).isPresent()))
            .toList());
  }

  /** Returns the times of questions that were asked alone, and what dropped tokens bring. */
  TableView times() {
    return new TableColumns<EfficiencyRow>()
        .text("benchmark", row -> TableCell.name(ReportRows.split(row.benchmark(), row.split())))
        .text("method", row -> TableCell.text(lineup.label(MethodRun.of(row))))
        .number("median ms", row -> time(row, row.msMedian()))
        .number("95 % ms", row -> time(row, row.msP95()))
        .number("x faster", Costs::faster)
        .number("x fewer FLOPs", row -> TableCell.number(fewerFlops(row), 2))
        .number("x fewer tokens", row -> TableCell.number(fewerTokens(row), 2))
        .of(
            "Times of one question at a time, against none",
            lineup.all().stream()
                .flatMap(who -> rows.costs(who).stream())
                .filter(EfficiencyRow::isTimedAlone)
                .toList());
  }

  private static TableCell time(EfficiencyRow row, OptionalDouble millis) {
    return row.isOfServer() ? cell(millis).noted("round trip") : cell(millis);
  }

  private static TableCell faster(EfficiencyRow row) {
    TableCell cell = TableCell.number(row.speedup(), 2);
    return row.speedupInterval()
        .filter(interval -> interval.low() < interval.high())
        .map(
            interval ->
                cell.noted(
                    Values.fixed(OptionalDouble.of(interval.low()), 2)
                        + " to "
                        + Values.fixed(OptionalDouble.of(interval.high()), 2)))
        .orElse(cell);
  }

  /** Returns how many times the row's FLOPs {@code none} needs; empty if either is unknown. */
  OptionalDouble fewerFlops(EfficiencyRow row) {
    return fewer(row, cost -> cost.flops().total());
  }

  /** A method of which some answers are counted is compared by these. */
  private OptionalDouble fewerTokens(EfficiencyRow row) {
    return row.isCountedInPart()
        ? row.visualTokens().reductionRatio()
        : fewer(row, cost -> cost.visualTokens().layerMean());
  }

  private OptionalDouble fewer(EfficiencyRow row, Function<EfficiencyRow, OptionalDouble> cost) {
    OptionalDouble own = cost.apply(row);
    OptionalDouble all =
        rows.costs(MethodRun.of(row).with(MethodSpec.NONE.toString())).stream()
            .filter(one -> one.benchmark().equals(row.benchmark()))
            .filter(one -> one.split().equals(row.split()))
            .map(cost)
            .findFirst()
            .orElse(OptionalDouble.empty());
    return own.orElse(0) > 0 ? Values.divided(all, own.getAsDouble()) : OptionalDouble.empty();
  }

  private static TableCell cell(OptionalDouble value) {
    return TableCell.number(value, Values.rounded(value));
  }

  /**
   * @param stage of {@link #TIMED}
   */
  OptionalDouble millis(MethodRun who, CostStage stage) {
    return Values.mean(rows.costs(who), stage.cost());
  }

  /**
   * @param stage of {@link #COUNTED}
   */
  OptionalDouble gigaFlops(MethodRun who, CostStage stage) {
    return Values.divided(Values.mean(rows.costs(who), stage.cost()), Values.GIGA);
  }

  /**
   * Returns the roofline's times by device, means over benchmarks; empty if the model's shape is
   * unknown.
   */
  Map<DevicePrecision, LeastTimes> least(MethodRun who) {
    Map<DevicePrecision, List<RooflineRow>> estimates =
        rows.costs(who).stream()
            .flatMap(row -> row.roofline().stream())
            .flatMap(List::stream)
            .collect(
                Collectors.groupingBy(
                    row -> new DevicePrecision(row.hardware(), row.precision()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    Map<DevicePrecision, LeastTimes> least = new LinkedHashMap<>();
    estimates.forEach(
        (place, own) ->
            least.put(
                place,
                new LeastTimes(
                    own.stream().mapToDouble(row -> row.imageMs() + row.prefillMs()).average(),
                    own.stream().mapToDouble(RooflineRow::decodeTokenMs).average())));
    return least;
  }

  /** Returns the devices and formats that have estimated times. */
  List<DevicePrecision> places() {
    return lineup.all().stream().flatMap(who -> least(who).keySet().stream()).distinct().toList();
  }

  /** Returns the roofline's times, a line per device and format. */
  TableView hardware() {
    return hardware(places());
  }

  /** Returns the costs on a few devices, in the format that all of them have. */
  TableView someHardware() {
    return hardware(
        places().stream()
            .filter(place -> FEW.contains(place.hardware()) && place.precision().equals(FORMAT))
            .toList());
  }

  private TableView hardware(List<DevicePrecision> places) {
    TableColumns<DevicePrecision> columns =
        new TableColumns<DevicePrecision>()
            .text("hardware", place -> TableCell.name(place.hardware()))
            .text("precision", place -> TableCell.text(place.precision()));
    for (MethodRun who : lineup.all()) {
      Map<DevicePrecision, LeastTimes> own = least(who);
      if (!own.isEmpty()) {
        columns.number(lineup.label(who), place -> cell(own.getOrDefault(place, UNKNOWN)));
      }
    }
    return columns.of("Minimum milliseconds to the first token, and per further token", places);
  }

  private static TableCell cell(LeastTimes least) {
    TableCell cell = cell(least.firstToken());
    return least.token().isPresent() ? cell.noted("+" + Values.rounded(least.token())) : cell;
  }
}
