package io.prumerge.search;

import io.prumerge.console.TextColumns;
import io.prumerge.lang.Text;
import io.prumerge.metric.Comparison;
import io.prumerge.metric.DifferenceTest;
import io.prumerge.settings.sweep.SearchCost;
import io.prumerge.spark.ColumnNames;
import io.prumerge.statistics.Interval;
import io.prumerge.store.Json;
import io.prumerge.store.Table;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * A finished search.
 *
 * @param table path of the table of the front
 * @param lastRung folder of the last rung's run, with its report
 */
public record FoundFront(Front front, String table, String lastRung) {

  private static final double GIGA = 1e9;
  private static final String ABSENT = "-";

  /** Columns that the document says once, or not at all. */
  private static final Set<String> OF_ALL = Set.of("objective", "cost_measure", "p_value");

  /** The document that {@code search --json} prints; absent figures are null. */
  private record Document(
      String output,
      String lastRung,
      String objective,
      String cost,
      int rungs,
      boolean separated,
      List<Map<String, Object>> candidates) {}

  /**
   * How a search ended for one candidate; a row of {@link #TABLE}.
   *
   * @param method the candidate
   * @param status {@code front}: no other left is as accurate at no more cost; {@code open}: one
   *     is, perhaps by chance; {@code dropped}: one is more accurate and costs no more
   * @param rung the last rung that it was in; the figures are of this rung
   * @param questions its questions there
   * @param objective a headline such as {@code pope f1}, or {@code retention} over benchmarks
   * @param score of the objective
   * @param interval 95 % interval of the score
   * @param costMeasure {@code flops} or {@code visual_tokens_layer_mean}
   * @param cost mean per question of a benchmark, then over benchmarks
   * @param droppedFor the better candidate; null if this one is left
   * @param delta its score less the own one, paired and clustered by image
   * @param deltaInterval 95 % interval of the difference
   * @param pValue of no difference
   */
  public record Line(
      String method,
      String status,
      int rung,
      long questions,
      String objective,
      OptionalDouble score,
      @ColumnNames({"ci_low", "ci_high"}) Optional<Interval> interval,
      String costMeasure,
      OptionalDouble cost,
      Optional<String> droppedFor,
      Optional<Double> delta,
      @ColumnNames({"delta_ci_low", "delta_ci_high"}) Optional<Interval> deltaInterval,
      Optional<Double> pValue) {

    private static Line of(Candidate one, Front front) {
      RungPoint point = one.point();
      Optional<Comparison> comparison = one.better().map(PointPair::score);
      return new Line(
          point.method(),
          one.status().toString(),
          one.rung(),
          point.questions(),
          front.objective(),
          point.score(),
          point.interval(),
          front.cost().toString(),
          Double.isNaN(point.cost()) ? OptionalDouble.empty() : OptionalDouble.of(point.cost()),
          one.better().map(pair -> pair.a().method()),
          comparison.map(Comparison::delta),
          comparison.flatMap(Comparison::interval),
          comparison.flatMap(Comparison::test).map(DifferenceTest::pValue));
    }
  }

  /**
   * One row per candidate of a search, in {@code front.parquet}: the front first, by rising cost.
   */
  public static final Table<Line> TABLE = Table.of("front", Line.class);

  static List<Line> lines(Front front) {
    return front.standings().stream().map(one -> Line.of(one, front)).toList();
  }

  /** Returns the candidates as lines of cells, the header first. */
  public List<List<String>> cells() {
    boolean flops = front.cost() == SearchCost.FLOPS;
    return new TextColumns<Line>()
        .with("method", Line::method)
        .with("status", Line::status)
        .with("rung", one -> Integer.toString(one.rung()))
        .with("questions", one -> format("%,d", one.questions()))
        .with(
            front.objective(),
            one -> one.score().isPresent() ? format("%.1f", one.score().getAsDouble()) : ABSENT)
        .with("95% interval", one -> one.interval().map(FoundFront::interval).orElse(ABSENT))
        .with(
            flops ? "GFLOPs" : "tokens per layer",
            one ->
                one.cost().isEmpty()
                    ? ABSENT
                    : flops
                        ? format("%.3f", one.cost().getAsDouble() / GIGA)
                        : format("%.1f", one.cost().getAsDouble()))
        .with("dropped for", one -> one.droppedFor().orElse(ABSENT))
        .with("by", one -> one.delta().map(delta -> format("%.1f", delta)).orElse(ABSENT))
        .of(lines(front));
  }

  /** Returns why the search ended, as a sentence. */
  public String end() {
    int open = front.methods(CandidateStatus.OPEN).size();
    return front.separated()
        ? Text.format(
            "The front is certain after %d rungs: no interval of neighbours holds 0.",
            front.rungs())
        : Text.format(
            "All questions are used up after %d rungs; %d candidates outside the front are open.",
            front.rungs(), open);
  }

  /** Returns everything as one JSON document. */
  public String json() {
    List<Map<String, Object>> candidates = TABLE.values(lines(front));
    candidates.forEach(one -> one.keySet().removeAll(OF_ALL));
    return Json.write(
        new Document(
            table,
            lastRung,
            front.objective(),
            front.cost().toString(),
            front.rungs(),
            front.separated(),
            candidates));
  }

  private static String interval(Interval interval) {
    return format("%.1f to %.1f", interval.low(), interval.high());
  }

  private static String format(String format, Object... values) {
    return Text.format(format, values);
  }
}
