package io.prumerge.report.page;

import io.prumerge.report.page.Page.TableView;
import io.prumerge.report.page.ReportMethods.MethodRun;
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

  private static final Least UNKNOWN = new Least(OptionalDouble.empty(), OptionalDouble.empty());

  private final ReportRows rows;
  private final ReportMethods lineup;

  Costs(ReportRows rows, ReportMethods lineup) {
    this.rows = rows;
    this.lineup = lineup;
  }

  /** Returns the numbers of visual tokens per benchmark and method. */
  TableView tokens(Function<Row, String> benchmark) {
    return new TableView.Columns<Row>()
        .text("benchmark", row -> TableView.Cell.name(benchmark.apply(row)))
        .text("method", row -> TableView.Cell.text(lineup.label(MethodRun.of(row))))
        .number("questions", row -> TableView.Cell.number(row, "n", 0))
        .number("before", row -> TableView.Cell.number(row, "visual_tokens_before_mean", 1))
        .number("mean", row -> TableView.Cell.number(row, "visual_tokens_after_mean", 1))
        .number("least", row -> TableView.Cell.number(row, "visual_tokens_after_min", 0))
        .number("5 %", row -> TableView.Cell.number(row, "visual_tokens_after_p05", 0))
        .number("median", row -> TableView.Cell.number(row, "visual_tokens_after_p50", 0))
        .number("95 %", row -> TableView.Cell.number(row, "visual_tokens_after_p95", 0))
        .number("most", row -> TableView.Cell.number(row, "visual_tokens_after_max", 0))
        .number("times fewer", row -> TableView.Cell.number(row, "reduction_ratio", 1))
        .of(
            "Visual tokens that the language model receives",
            lineup.all().stream().flatMap(who -> rows.costs(who).stream()).toList());
  }

  /** Returns time and FLOPs by stage, means over benchmarks. */
  TableView stages() {
    TableView.Columns<MethodRun> columns =
        new TableView.Columns<MethodRun>()
            .text("method", who -> TableView.Cell.name(lineup.label(who)));
    TIMED.forEach(stage -> columns.number(stage + " ms", who -> cell(millis(who, stage))));
    columns.number("of reduction: selection ms", who -> cell(millis(who, "select")));
    COUNTED.forEach(stage -> columns.number(stage + " GFLOPs", who -> cell(gigaFlops(who, stage))));
    columns.number(
        "KV MB",
        who -> cell(Values.divided(Values.mean(rows.costs(who), "kv_cache_bytes_mean"), 1e6)));
    return columns.of("Measured time and counted work per question, by stage", lineup.all());
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
