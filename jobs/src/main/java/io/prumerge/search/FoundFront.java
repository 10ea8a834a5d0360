package io.prumerge.search;

import io.prumerge.metric.Comparison;
import io.prumerge.plan.sweep.SearchCost;
import io.prumerge.statistics.Interval;
import io.prumerge.store.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A finished search.
 *
 * @param table path of the table of the front
 * @param lastRung folder of the last rung's run, with its report
 */
public record FoundFront(Front front, String table, String lastRung) {

  /** The document that {@code search --json} prints; absent figures are null. */
  private record Document(
      String output,
      String lastRung,
      String objective,
      String cost,
      int rungs,
      boolean separated,
      List<Line> candidates) {}

  private record Line(
      String method,
      String status,
      int rung,
      long questions,
      Double score,
      Double ciLow,
      Double ciHigh,
      Double cost,
      String droppedFor,
      Double delta,
      Double deltaCiLow,
      Double deltaCiHigh) {}

  /** Returns the candidates as lines of cells, the header first. */
  public List<List<String>> cells() {
    return FrontCells.of(front);
  }

  /** Returns why the search ended, as a sentence. */
  public String end() {
    int open = front.methods(Candidate.Status.OPEN).size();
    return front.separated()
        ? String.format(
            Locale.ROOT,
            "The front is certain after %d rungs: no interval of neighbours holds 0.",
            front.rungs())
        : String.format(
            Locale.ROOT,
            "All questions are used up after %d rungs; %d candidates beside the front are open.",
            front.rungs(),
            open);
  }

  /** Returns everything as one JSON document. */
  public String json() {
    return Json.write(
        new Document(
            table,
            lastRung,
            front.objective(),
            front.cost().toString(),
            front.rungs(),
            front.separated(),
            front.standings().stream().map(FoundFront::line).toList()));
  }

  private static Line line(Candidate standing) {
    Point point = standing.point();
    Optional<Comparison> comparison = standing.better().map(Gap::score);
    Optional<Interval> interval = comparison.flatMap(Comparison::interval);
    return new Line(
        point.method(),
        standing.status().toString(),
        standing.rung(),
        point.questions(),
        point.score().isPresent() ? (Double) point.score().getAsDouble() : null,
        point.interval().map(Interval::low).orElse(null),
        point.interval().map(Interval::high).orElse(null),
        Double.isNaN(point.cost()) ? null : (Double) point.cost(),
        standing.better().map(gap -> gap.a().method()).orElse(null),
        comparison.map(Comparison::delta).orElse(null),
        interval.map(Interval::low).orElse(null),
        interval.map(Interval::high).orElse(null));
  }

  /** A front as lines of cells, the header first. */
  private static final class FrontCells {

    private static final double GIGA = 1e9;
    private static final String ABSENT = "-";

    private FrontCells() {}

    static List<List<String>> of(Front front) {
      boolean flops = front.cost() == SearchCost.FLOPS;
      List<List<String>> cells = new ArrayList<>();
      cells.add(
          List.of(
              "method",
              "status",
              "rung",
              "questions",
              front.objective(),
              "95% interval",
              flops ? "GFLOPs" : "tokens per layer",
              "dropped for",
              "by"));
      for (Candidate standing : front.standings()) {
        Point point = standing.point();
        double cost = flops ? point.cost() / GIGA : point.cost();
        cells.add(
            List.of(
                point.method(),
                standing.status().toString(),
                Integer.toString(standing.rung()),
                format("%,d", point.questions()),
                point.score().isPresent() ? format("%.1f", point.score().getAsDouble()) : ABSENT,
                point.interval().map(FrontCells::interval).orElse(ABSENT),
                Double.isNaN(cost) ? ABSENT : format(flops ? "%.3f" : "%.1f", cost),
                standing.better().map(gap -> gap.a().method()).orElse(ABSENT),
                standing.better().map(gap -> format("%.1f", gap.score().delta())).orElse(ABSENT)));
      }
      return cells;
    }

    private static String interval(Interval interval) {
      return format("%.1f to %.1f", interval.low(), interval.high());
    }

    private static String format(String format, Object... values) {
      return String.format(Locale.ROOT, format, values);
    }
  }
}
